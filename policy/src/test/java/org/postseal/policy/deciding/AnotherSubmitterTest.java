package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.record.FactsText;

/** Mail of our own users whose reverse path is another internal address than From. */
class AnotherSubmitterTest {
    private static final String LEVELS = """
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
    private static final String LAST = "  - { id: last, when: always, then: mailboxPolicy }\n";
    private static final RuleSet POLICY = Policies.load(LEVELS + LAST);

    @ParameterizedTest
    @ValueSource(strings = {"alice@example.com", "bob@example.com", "nobody@example.com", "alice@gmail.example"})
    void whoMustEncryptMustEncryptWhateverStandsInFrom(String from) {
        Mail mail = submitted(from, "alice@example.com");

        assertThat(refusal(POLICY, mail, NO)).isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE);
        assertThat(POLICY.decide(mail.facts(), new FakeDirectory(NO, NO))
                        .explanation()
                        .mailboxPolicy())
                .contains("alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bob@example.com", "alice@gmail.example"})
    void aRuleBySenderFindsTheReversePath(String from) {
        RuleSet demand = rules("{ id: hit, when: { sender: alice@example.com }, then: { encrypt: required } }");
        RuleSet refusal = rules("{ id: hit, when: { sender: alice@example.com }, then: reject }");
        RuleSet exempt =
                rules("{ id: from, when: { sender: '" + from + "' }, then: { encrypt: never } }", demandOfAll());
        RuleSet unless =
                rules("{ id: hit, when: always, unless: { sender: '" + from + "' }, then: { encrypt: required } }");
        Mail mail = submitted(from, "alice@example.com");

        assertThat(refusal(demand, mail, NO)).isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE);
        assertThat(refusal(refusal, mail, YES)).isEqualTo(Reason.POLICY_REFUSED);
        assertThat(refusal(exempt, mail, NO)).isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE);
        assertThat(refusal(unless, mail, NO)).isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE);
    }

    /** Servers let users write with an extension of their address, and fold the case of letters. */
    @ParameterizedTest
    @ValueSource(strings = {"alice+x@example.com", "ALICE+@example.com", "\"alice+y\"@example.com"})
    void anotherNameIsNoOtherPerson(String address) {
        RuleSet demand = rules("{ id: hit, when: { sender: alice@example.com }, then: { encrypt: required } }");
        Mail both = submitted(address, address);

        assertThat(refusal(POLICY, both, NO)).isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE);
        assertThat(refusal(POLICY, submitted("alice@gmail.example", address), NO))
                .isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE);
        assertThat(refusal(demand, both, NO)).isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE);
        assertThat(refusal(demand, both.answeredFor(), NO)).isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE);
        assertThat(decide(POLICY, submitted("bob+alice@example.com", "bob+alice@example.com"), NO))
                .isInstanceOf(Decision.Deliver.class);
    }

    /** A server may look up each of these as alice, by rules that nobody knows here. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"alice+ y\"@example.com",
                "al\u0131ce@example.com",
                "\u00e1lice@example.com",
                "\"al ice\"@example.com",
                "alice@[192.0.2.1]"
            })
    void whoeverWritesUnderAnOddAddressMayBeAnybody(String address) {
        RuleSet demand = rules("{ id: hit, when: { sender: alice@example.com }, then: { encrypt: required } }");
        RuleSet exempt =
                rules("{ id: from, when: { sender: '" + address + "' }, then: { encrypt: never } }", demandOfAll());
        Mail mail = submitted("bob@example.com", address);

        assertThat(refusal(POLICY, mail, NO)).isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE);
        assertThat(protection(mail)).isInstanceOf(Protection.Encrypted.class);
        assertThat(refusal(demand, mail, NO)).isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE);
        assertThat(refusal(exempt, mail, NO)).isEqualTo(Reason.NO_RECIPIENT_CERTIFICATE);
        assertThat(decide(POLICY, mail.answeredFor(), NO)).isInstanceOf(Decision.Deliver.class);
        assertThat(decide(
                        POLICY, Mail.theirs("bob@example.com", "x@out.example").envelopeSender(address), NO))
                .isInstanceOf(Decision.Deliver.class);
    }

    /** Their own address is known, and nothing but encryption is demanded of them for somebody else. */
    @ParameterizedTest
    @ValueSource(strings = {"j\u00fcrgen@example.com", "\"al ice\"@example.com"})
    void anOddAddressIsOtherwiseWhatItIs(String address) {
        RuleSet others = Policies.load("""
                version: 1
                internal: [example.com]
                rules:
                  - { id: refused, when: { sender: alice@example.com }, then: reject }
                  - { id: sign, when: { sender: alice@example.com }, then: { sign: required } }
                  - { id: domain, when: { senderDomain: far.example }, then: { encrypt: required } }
                  - { id: but, when: always, unless: { sender: 'ADDRESS' }, then: reject }
                  - { id: own, when: { sender: 'ADDRESS' }, then: mailboxPolicy }
                  - { id: last, when: always, then: reject }
                """.replace("ADDRESS", address));

        assertThat(others.decide(submitted(address, address).facts(), new FakeDirectory(NO, NO))
                        .explanation()
                        .rule())
                .isEqualTo("own");
    }

    /** Otherwise nobody could give a program of ours addresses of its own for bounces. */
    @Test
    void whereThePeerAnswersForFromOnlyFromCounts() {
        Mail mail = submitted("bob@example.com", "alice@example.com").answeredFor();

        assertThat(decide(POLICY, mail, NO)).isInstanceOf(Decision.Deliver.class);
    }

    @Test
    void ofMailFromOutsideOnlyFromCounts() {
        Mail mail = Mail.theirs("bob@example.com", "x@out.example").envelopeSender("alice@example.com");

        assertThat(decide(POLICY, mail, NO)).isInstanceOf(Decision.Deliver.class);
    }

    @Test
    void aSignatureIsMadeForTheAuthorAlone() {
        assertThat(protection(submitted("carol@example.com", "carol@example.com")))
                .isInstanceOf(Protection.Signed.class);
        assertThat(protection(submitted("carol@example.com", "bob@example.com").answeredFor()))
                .isInstanceOf(Protection.Signed.class);
        assertThat(refusal(POLICY, submitted("carol@example.com", "bob@example.com"), YES))
                .isEqualTo(Reason.ORIGIN_MAY_NOT_SIGN);
        assertThat(refusal(POLICY, submitted("carol@example.com", "carol@gmail.example"), YES))
                .isEqualTo(Reason.ORIGIN_MAY_NOT_SIGN);
        // From outside is never signed, and is asked for no signature.
        assertThat(protection(submitted("carol@gmail.example", "carol@example.com")))
                .isInstanceOf(Protection.Clear.class);
    }

    /** Nobody knows who submits such mail, and a notification must not be lost. */
    @Test
    void theLevelsAskForNoSignatureOnANullReversePath() {
        RuleSet named =
                Policies.load(LEVELS + "  - { id: hit, when: { kind: nullSender }, then: mailboxPolicy }\n" + LAST);
        Mail mail = submitted("carol@example.com", "").kind(Facts.Kind.NULL_SENDER);

        assertThat(decide(named, mail, YES))
                .isInstanceOfSatisfying(
                        Decision.Deliver.class,
                        deliver -> assertThat(deliver.protection()).isInstanceOf(Protection.Clear.class));
        assertThat(decide(named, mail.answeredFor(), YES))
                .isInstanceOfSatisfying(
                        Decision.Deliver.class,
                        deliver -> assertThat(deliver.protection()).isInstanceOf(Protection.Signed.class));
    }

    @Test
    void aRecordKeepsWhetherThePeerAnswersForFrom() {
        for (Mail mail : new Mail[] {
            submitted("bob@example.com", "alice@example.com"),
            submitted("bob@example.com", "alice@example.com").answeredFor()
        }) {
            Facts facts = mail.facts();
            assertThat(FactsText.read(FactsText.of(facts), facts.envelopeSender(), facts.recipient(), 2_000))
                    .map(Facts::peer)
                    .contains(facts.peer());
        }
    }

    private static Mail submitted(String from, String reversePath) {
        return Mail.ours(from, "x@out.example").envelopeSender(reversePath);
    }

    private static String demandOfAll() {
        return "{ id: all, when: { direction: outbound }, then: { encrypt: required } }";
    }

    private static RuleSet rules(String... rules) {
        StringBuilder policy = new StringBuilder("version: 1\ninternal: [example.com]\nrules:\n");
        for (String rule : rules) {
            policy.append("  - ").append(rule).append('\n');
        }
        return Policies.load(policy + LAST);
    }

    private static Decision decide(RuleSet policy, Mail mail, Fact certificate) {
        return policy.decide(mail.facts(), new FakeDirectory(certificate, YES)).decision();
    }

    private static Reason refusal(RuleSet policy, Mail mail, Fact certificate) {
        return ((Decision.Reject) decide(policy, mail, certificate)).reason();
    }

    private static Protection protection(Mail mail) {
        return ((Decision.Deliver) decide(POLICY, mail, YES)).protection();
    }
}
