package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.DecisionTable.reject;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.facts.DirectoryFacts.Membership;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.record.FactsText;

/** Tests mail whose From mail programs read differently: no spelling of From takes a demand away. */
class UnclearAuthorTest {
    private static final Mail OURS = Mail.ours("alice@example.com", "bob@out.example")
            .envelopeSender("bounces@example.com")
            .unclear("alice@example.com", "eve@far.example");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            when: { sender: alice@example.com }, then: { encrypt: required }                              | hit
            when: { senderDomain: far.example }, then: reject                                             | hit
            when: { sender: bounces@example.com }, then: { redirect: hold@example.com }                   | hit
            when: { sender: alice@example.com }, then: { sign: required }                                 | hit
            when: { sender: 'group:far' }, then: { encrypt: required }                                    | hit
            when: { sender: carl@example.com }, then: { encrypt: required }                               | rest
            when: { sender: alice@example.com }, then: { encrypt: never }                                 | rest
            when: { sender: bounces@example.com }, then: { encrypt: ifPossible }                          | rest
            when: { senderDomain: [example.com, far.example] }, then: { encrypt: ifPossible }             | hit
            when: { visible: true }, unless: { sender: bounces@example.com }, then: { encrypt: required } | hit
            when: { visible: true }, unless: { senderDomain: [example.com, far.example] }, then: reject   | rest
            """)
    void whoMayBeTheSenderCounts(String rule, String decides) {
        FakeDirectory directory = new FakeDirectory(YES, YES).with("eve@far.example", "far", new Membership.Member());

        assertThat(Policies.rules("{ id: hit, " + rule + " }")
                        .decide(OURS.facts(), directory)
                        .explanation()
                        .rule())
                .isEqualTo(decides);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            when: { sender: carl@example.com }, then: { encrypt: required }                               | hit
            when: { senderDomain: far.example }, then: reject                                             | hit
            when: { sender: 'group:far' }, then: { requireSigned: true }                                  | hit
            when: { sender: bounces@example.com }, then: { encrypt: never }                               | rest
            when: { visible: true }, unless: { sender: bounces@example.com }, then: { encrypt: required } | hit
            """)
    void whomNobodyKnowsMeetsEveryDemandAndNoException(String rule, String decides) {
        assertThat(Policies.rules("{ id: hit, " + rule + " }")
                        .decide(OURS.unclear().facts(), new FakeDirectory(YES, YES))
                        .explanation()
                        .rule())
                .isEqualTo(decides);
    }

    @Test
    void ofMailboxPoliciesTheStricterSettingCounts() {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                mailboxPolicies:
                  board: { appliesTo: [alice@example.com], RequireEncryptedSMIMEMessages: true }
                  robots: { appliesTo: [bounces@example.com], RequireEncryptionSMIMEAlgorithm: AES128 }
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);

        assertThat(decide(policy, OURS, NO)).isEqualTo(reject(Reason.NO_RECIPIENT_CERTIFICATE));
        assertThat(decide(policy, OURS, YES))
                .isInstanceOfSatisfying(
                        Decision.Deliver.class,
                        sent -> assertThat(sent.protection()).isInstanceOf(Protection.Encrypted.class));
        assertThat(decide(policy, OURS.unclear(), NO)).isEqualTo(reject(Reason.NO_RECIPIENT_CERTIFICATE));
        assertThat(decide(policy, OURS.unclear("carl@example.com"), NO))
                .isInstanceOfSatisfying(
                        Decision.Deliver.class,
                        sent -> assertThat(sent.protection()).isInstanceOf(Protection.Clear.class));
    }

    @Test
    void aSignatureThatIsDemandedOfABankIsDemandedOfWhoMayBeTheBank() {
        RuleSet policy = Policies.rules("{ id: bank, when: { direction: inbound, senderDomain: bank.example },"
                + " then: { requireSigned: true } }");
        Mail mail = Mail.theirs("eve@far.example", "bob@example.com").unclear("office@bank.example");

        assertThat(decide(policy, mail, NO)).isEqualTo(reject(Reason.SIGNATURE_REQUIRED));
    }

    /** No program shows letters that do not stand in From. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Eve (office@bank.example) <eve..x@far.example>|true",
                "office@b(x)ank.(y)example|true",
                "=?utf-8?q?office=40BANK=2Eexample?= <eve..x@far.example>|true",
                "of(x)fice@\uff42ank.example|true",
                "Eve O'Hara (Sales, R&D) <eve..x@far.example>|false",
                "'eve@far.example' <eve@far.example>|false"
            })
    void aSignatureIsDemandedOnlyOfWhoMayBeTheBank(String from, boolean isDemanded) {
        RuleSet policy = Policies.rules("{ id: bank, when: { direction: inbound, senderDomain: bank.example },"
                + " then: { requireSigned: true } }");
        Mail mail = Mail.theirs("eve@far.example", "bob@example.com").unclear().header("From", from);

        assertThat(decide(policy, mail, NO).equals(reject(Reason.SIGNATURE_REQUIRED)))
                .isEqualTo(isDemanded);
        assertThat(decide(
                        policy,
                        Mail.theirs("eve@far.example", "bob@example.com").unclear(),
                        NO))
                .isEqualTo(reject(Reason.SIGNATURE_REQUIRED));
    }

    @Test
    void aRecordKeepsThem() {
        for (Mail mail : List.of(OURS, OURS.unclear())) {
            Facts facts = mail.facts();
            Facts again = FactsText.read(FactsText.of(facts), facts.envelopeSender(), facts.recipient(), 2_000)
                    .orElseThrow();
            assertThat(again.message().author()).isEqualTo(facts.message().author());
            assertThat(again.existing()).isEqualTo(facts.existing());
        }
        assertThat(FactsText.of(OURS.facts()))
                .containsEntry("authors", List.of("alice@example.com", "eve@far.example"))
                .doesNotContainKey("from");
    }

    @Test
    void theCheckTellsWhatIsDecidedOtherwise() {
        RuleSet policy =
                Policies.rules("{ id: hit, when: { sender: alice@example.com }, then: { encrypt: required } }");

        assertThat(policy.demandsToEncrypt().changes())
                .contains(
                        "Rule hit demands encryption by sender: it binds mail whose From may name that sender for some"
                                + " mail program; before, the reverse path decided about such mail.");
    }

    private static Decision decide(RuleSet policy, Mail mail, Fact certificate) {
        return policy.decide(mail.facts(), new FakeDirectory(certificate, NO)).decision();
    }
}
