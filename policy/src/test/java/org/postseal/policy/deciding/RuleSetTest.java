package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Explanation;
import org.postseal.policy.settings.Settings;
import org.postseal.policy.settings.SmimeParameter;
import org.postseal.policy.yaml.Problem;

class RuleSetTest {
    private static final String SMALL = """
            version: 1
            internal: [example.com, "*.example.com"]
            rules: [{ id: last, when: always, then: { encrypt: ifPossible } }]
            """;

    @Test
    void knowsWhatIsInternal() {
        RuleSet ruleSet = Policies.load(SMALL);
        assertThat(ruleSet.isInternal(MailAddress.of("a@Example.COM"))).isTrue();
        assertThat(ruleSet.isInternal(MailAddress.of("a@x.y.example.com"))).isTrue();
        assertThat(ruleSet.isInternal(MailAddress.of("a@notexample.com"))).isFalse();
        assertThat(ruleSet.isInternal(MailAddress.of("a@com"))).isFalse();
    }

    @Test
    void explainsThatRcptRefusesAnotherSpelling() {
        RuleSet ruleSet = Policies.load(SMALL.replace("internal: [", "internal: [bücher.example, "));

        assertThat(firstStep(ruleSet, "b@xn--bcher-kva.example"))
                .isEqualTo("direction internal: the origin may submit for us, b@xn--bcher-kva.example is internal,"
                        + " but its domain is spelled otherwise than in the policy, so RCPT refuses it");
        assertThat(firstStep(ruleSet, "b@bücher.example"))
                .isEqualTo("direction internal: the origin may submit for us, b@bücher.example is internal");
    }

    private static String firstStep(RuleSet ruleSet, String recipient) {
        return ruleSet.decide(Mail.ours("a@example.com", recipient).facts(), new FakeDirectory(YES, NO))
                .explanation()
                .steps()
                .getFirst();
    }

    @Test
    void namesItsText() {
        // printf '%s' … | sha256sum
        assertThat(Policies.load("version: 1\ninternal: [a.example]\nrules: [{id: x, when: always, then: reject}]\n")
                        .sha256())
                .isEqualTo("74751a7ea5d6552d126d6a58fd6d125ea62849529a5b691d0c45e9b07050cd6c");
    }

    @Test
    void permitsClearOnlyToWhomItDecided() {
        RuleSet ruleSet = Policies.load(SMALL);
        Mail mail = Mail.ours("a@example.com", "b@out.example");
        assertThat(ruleSet.decide(mail.facts(), new FakeDirectory(YES, NO)).clearPermit())
                .isEmpty();
        assertThat(ruleSet.decide(mail.facts(), new FakeDirectory(NO, NO))
                        .clearPermit()
                        .orElseThrow()
                        .recipients())
                .isEqualTo(Set.of(MailAddress.of("b@out.example")));
    }

    @Test
    void explainsEachStep() {
        RuleSet ruleSet = Policies.load(SMALL);
        Mail claimed =
                Mail.theirs("ceo@example.com", "b@example.com").content(Facts.Content.SIGNED, Facts.Signature.INVALID);
        assertThat(ruleSet.decide(claimed.facts(), new FakeDirectory(NO, NO)).explanation())
                .isEqualTo(new Explanation(
                        Direction.INBOUND,
                        "last",
                        "",
                        List.of(
                                "direction inbound: the origin may not submit for us, b@example.com is internal",
                                "suspicious: From ceo@example.com is internal,"
                                        + " but the origin may not submit for it; never signed",
                                "rule last matches: always",
                                "the rule asks encrypt: ifPossible",
                                "the signature of the message is not valid: delivered, never as unsigned",
                                "not encrypted: certificate of b@example.com: no certificate"),
                        Settings.BUILT_IN.explained(),
                        Optional.empty()));
    }

    @Test
    void keepsSmimeParametersWithoutEffect() {
        RuleSet ruleSet = Policies.load("""
                version: 1
                internal: [example.com]
                smime: { OWAClearSign: false, OWABCCEncryptedEmailForking: 1, OWASigningAlgorithms: 800E;8004 }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """);
        assertThat(ruleSet.policy().smime().written())
                .isEqualTo(Map.of(
                        SmimeParameter.CLEAR_SIGN, "false",
                        SmimeParameter.BCC_FORKING, "1",
                        SmimeParameter.SIGNING_ALGORITHMS, "800E;8004"));
    }

    @Test
    void tellsWarningsOfWhatLoads() {
        RuleSet.Reading reading = RuleSet.read("p.yaml", SMALL + "smime: { Confirm: true }\n");
        assertThat(reading).isInstanceOf(RuleSet.Loaded.class);
        assertThat(reading.problems())
                .containsExactly(
                        Problem.warning("p.yaml", 4, "smime.Confirm", "is kept, but has no meaning on a server"));
    }
}
