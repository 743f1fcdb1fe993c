package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.Protection;

/** A list manager sends mail of our users on: its origin may not submit for us, and From is internal. */
class ForwardedOwnMailTest {
    private static final String HEAD = """
            version: 1
            internal: [example.com]
            mailboxPolicies:
              alice:
                appliesTo: [alice@example.com]
                RequireEncryptedSMIMEMessages: true
              carol:
                appliesTo: [carol@example.com]
                RequireSignedSMIMEMessages: true
            rules:
            """;
    private static final RuleSet LEVELS = Policies.load(HEAD + "  - { id: last, when: always, then: mailboxPolicy }\n");
    private static final RuleSet RULE = Policies.load(HEAD + """
              - id: secret
                when: { direction: outbound, recipientDomain: secret.example }
                then: { sign: required, encrypt: required }
              - { id: refused, when: { direction: outbound, recipientDomain: never.example }, then: reject }
              - { id: last, when: always, then: mailboxPolicy }
            """);

    @Test
    void whatALevelDemandsBindsIt() {
        assertThat(refusal(LEVELS, "alice@example.com", "x@out.example", NO))
                .isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE);
        assertThat(protection(LEVELS, "alice@example.com", "x@out.example")).isInstanceOf(Protection.Encrypted.class);
    }

    @Test
    void whatARuleDemandsBindsItAndItIsNotSigned() {
        assertThat(refusal(RULE, "bob@example.com", "x@secret.example", NO)).isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE);
        assertThat(protection(RULE, "bob@example.com", "x@secret.example")).isInstanceOf(Protection.Encrypted.class);
    }

    @Test
    void anAutomaticMessageIsBoundAsWell() {
        Mail mail = Mail.theirs("alice@example.com", "x@out.example").kind(Facts.Kind.AUTO_REPLY);
        assertThat(LEVELS.decide(mail.facts(), new FakeDirectory(NO, NO)).decision())
                .isInstanceOfSatisfying(
                        Decision.Reject.class,
                        reject -> assertThat(reject.reason()).isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE));
    }

    @Test
    void mailThatMayShowAnybodyIsBoundAsWell() {
        Mail mail = Mail.theirs("bob@example.com", "x@secret.example").envelopeSender("eve@far.example");
        for (Mail unclear : List.of(mail.unclear(), mail.unclear("bob@example.com"))) {
            assertThat(RULE.decide(unclear.facts(), new FakeDirectory(NO, NO)).decision())
                    .isInstanceOfSatisfying(
                            Decision.Reject.class,
                            reject -> assertThat(reject.reason()).isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE));
        }
    }

    /** No program shows letters that are not there, so these are not bound by what our users must encrypt. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "al(x)ice@example.com | true",
                "alice@[example.com] | true",
                "alice@exam(x)ple.(y)com | true",
                "=?utf-8?q?alice=40example=2Ecom?= | true",
                "\uff41lice@\uff45xample\uff0ecom | true",
                "'eve@far.example' <eve@far.example> | false",
                "Eve via list@far.example | false",
                "a..b@far.example | false"
            })
    void mailThatCannotShowOneOfUsIsNot(String from, boolean isBound) {
        Mail mail = Mail.theirs("bob@example.com", "x@secret.example")
                .envelopeSender("eve@far.example")
                .unclear()
                .header("From", from);

        assertThat(RULE.decide(mail.facts(), new FakeDirectory(NO, NO)).decision())
                .isInstanceOf(isBound ? Decision.Reject.class : Decision.Deliver.class);
    }

    @Test
    void nothingElseThatBindsOurUsersDoes() {
        assertThat(protection(LEVELS, "carol@example.com", "x@out.example")).isInstanceOf(Protection.Clear.class);
        assertThat(protection(RULE, "bob@example.com", "x@never.example")).isInstanceOf(Protection.Clear.class);
        assertThat(protection(RULE, "bob@example.com", "x@out.example")).isInstanceOf(Protection.Clear.class);
    }

    @Test
    void mailThatIsNotOursIsForwardedAsItCame() {
        Mail bounces = Mail.theirs("eve@far.example", "x@secret.example").envelopeSender("alice@example.com");
        assertThat(RULE.decide(bounces.facts(), new FakeDirectory(NO, NO)).decision())
                .isInstanceOf(Decision.Deliver.class);
    }

    @Test
    void aRuleForForwardedMailComesFirst() {
        for (String inside : new String[] {"", "  - { id: bad, when: { signature: invalid }, then: reject }\n"}) {
            RuleSet policy = Policies.load(HEAD + inside + """
              - { id: none, when: { direction: forwarded }, then: reject }
              - { id: last, when: always, then: { encrypt: required } }
            """);
            for (Mail mail : List.of(
                    Mail.theirs("alice@example.com", "x@out.example"),
                    Mail.theirs("alice@example.com", "x@out.example").encrypted())) {
                assertThat(policy.decide(mail.facts(), new FakeDirectory(YES, YES))
                                .decision())
                        .isInstanceOfSatisfying(
                                Decision.Reject.class,
                                reject -> assertThat(reject.reason()).isEqualTo(Reason.POLICY_REFUSED));
            }
        }
    }

    @Test
    void theRecordSaysThatItIsForwarded() {
        Mail mail = Mail.theirs("bob@example.com", "x@secret.example");
        assertThat(RULE.decide(mail.facts(), new FakeDirectory(YES, YES))
                        .explanation()
                        .direction())
                .isEqualTo(Direction.FORWARDED);
    }

    private static Protection protection(RuleSet policy, String from, String to) {
        Decision decision = policy.decide(Mail.theirs(from, to).facts(), new FakeDirectory(YES, YES))
                .decision();
        return ((Decision.Deliver) decision).protection();
    }

    private static Reason refusal(RuleSet policy, String from, String to, Fact certificate) {
        Decision decision = policy.decide(Mail.theirs(from, to).facts(), new FakeDirectory(certificate, certificate))
                .decision();
        return ((Decision.Reject) decision).reason();
    }
}
