package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.DecisionTable.CLEAR;
import static org.postseal.policy.deciding.DecisionTable.ENCRYPTED;
import static org.postseal.policy.deciding.DecisionTable.KEPT;
import static org.postseal.policy.deciding.DecisionTable.defer;
import static org.postseal.policy.deciding.DecisionTable.redirect;
import static org.postseal.policy.deciding.DecisionTable.reject;
import static org.postseal.policy.deciding.DecisionTable.send;
import static org.postseal.policy.deciding.FakeDirectory.DOWN;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;
import static org.postseal.policy.facts.Facts.Kind.AUTO_REPLY;
import static org.postseal.policy.facts.Facts.Kind.NULL_SENDER;
import static org.postseal.policy.outcome.Reason.AUTOMATIC_NOT_ENCRYPTED;
import static org.postseal.policy.outcome.Reason.CERTIFICATE_LOOKUP_FAILED;
import static org.postseal.policy.outcome.Reason.GROUP_LOOKUP_FAILED;
import static org.postseal.policy.outcome.Reason.NO_RECIPIENT_CERTIFICATE;
import static org.postseal.policy.outcome.Reason.POLICY_REFUSED;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.Protection;

/**
 * Tests bounces, automatic replies and rights-protected mail that no rule names: they stay untouched, unless a level or
 * a rule requires encryption.
 */
class AutomaticMailTest {
    private static final String OUT = "bob@out.example";

    /**
     * The board (by user) and the clerks (by a group of a directory server) are strict. The others may send in clear,
     * and the lab lets rules weaken its demand.
     */
    private static RuleSet policy(String more) {
        return Policies.load("""
                version: 1
                internal: [example.com, lab.example.com]
                %s
                groups: { clerks: { ldap: cn=clerks, server: corp } }
                mailboxPolicies:
                  default: { RequireSignedSMIMEMessages: true }
                  board: { appliesTo: chair@example.com, RequireEncryptedSMIMEMessages: true }
                  clerks: { appliesTo: group:clerks, RequireEncryptedSMIMEMessages: true }
                  lab:
                    appliesTo: lab.example.com
                    RequireEncryptedSMIMEMessages: true
                    mayWeaken: [RequireEncryptedSMIMEMessages]
                rules:
                  - { id: named, when: { kind: nullSender, recipientDomain: named.example },
                      then: { encrypt: required, onMissingCertificate: reject } }
                  - { id: free, when: { recipientDomain: free.example }, then: { encrypt: never } }
                  - { id: last, when: always, then: reject }
                """.formatted(more));
    }

    record Row(String name, Mail mail, Fact certificate, Decision decision) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("bounce, nothing required", bounce("alice@example.com", OUT), NO, send(CLEAR)),
                new Row(
                        "bounce, encryption may be weakened and is not",
                        bounce("a@lab.example.com", OUT),
                        YES,
                        send(ENCRYPTED)),
                new Row(
                        "bounce, encryption is weakened",
                        bounce("a@lab.example.com", "x@free.example"),
                        YES,
                        send(CLEAR)),
                new Row("bounce, encryption required", bounce("chair@example.com", OUT), YES, send(ENCRYPTED)),
                new Row("reply, encryption required", reply("chair@example.com", OUT), YES, send(ENCRYPTED)),
                new Row("to a colleague", bounce("chair@example.com", "a@example.com"), YES, send(ENCRYPTED)),
                new Row("of the level of a group", reply("clerk@example.com", OUT), YES, send(ENCRYPTED)),
                new Row("group not known", reply("who@example.com", OUT), YES, defer(GROUP_LOOKUP_FAILED)),
                new Row(
                        "already signed",
                        reply("chair@example.com", OUT).signed(Facts.Signature.VALID),
                        YES,
                        send(ENCRYPTED)),
                new Row(
                        "already encrypted",
                        bounce("chair@example.com", OUT).encrypted().cipher(EncryptionAlgorithm.AES256),
                        NO,
                        send(KEPT)),
                new Row(
                        "bounce without certificate",
                        bounce("chair@example.com", OUT),
                        NO,
                        redirect(NO_RECIPIENT_CERTIFICATE)),
                new Row(
                        "reply without certificate",
                        reply("chair@example.com", OUT),
                        NO,
                        redirect(NO_RECIPIENT_CERTIFICATE)),
                new Row("look-up failed", bounce("chair@example.com", OUT), DOWN, defer(CERTIFICATE_LOOKUP_FAILED)),
                new Row(
                        "a rule that names the kind",
                        bounce("chair@example.com", "x@named.example"),
                        NO,
                        reject(NO_RECIPIENT_CERTIFICATE)),
                new Row(
                        "from outside, with our From",
                        Mail.theirs("chair@example.com", "a@example.com").kind(NULL_SENDER),
                        YES,
                        send(CLEAR)),
                new Row(
                        "passed on for somebody outside",
                        Mail.theirs("chair@example.com", OUT).kind(AUTO_REPLY),
                        YES,
                        send(CLEAR)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void holds(Row row) {
        Ruling ruling = policy("quarantine: hold@example.com").decide(row.mail.facts(), directory(row.certificate));
        assertThat(ruling.decision()).as(ruling.explanation()::toString).isEqualTo(row.decision);
        // A notice of a bounce would be a bounce of a bounce.
        assertThat(ruling.notice()).isEmpty();
    }

    @Test
    void withoutAQuarantineABounceIsRefused() {
        Ruling ruling = policy("").decide(bounce("chair@example.com", OUT).facts(), directory(NO));
        assertThat(ruling.decision()).isEqualTo(reject(AUTOMATIC_NOT_ENCRYPTED));
    }

    @Test
    void saysWhy() {
        Ruling ruling = policy("").decide(reply("chair@example.com", OUT).facts(), directory(YES));
        assertThat(ruling.explanation().rule()).isEqualTo("last");
        assertThat(ruling.explanation().mailboxPolicy()).isEqualTo("board");
        assertThat(ruling.explanation().steps())
                .contains(
                        "the message is an automatic reply, which rule last does not name,"
                                + " but encryption is required of every kind of mail",
                        "it is not signed",
                        "mailbox policy board asks encrypt: required");
        assertThat(ruling.clearPermit()).isEqualTo(Optional.empty());
    }

    /** No level requires anything; the rules demand. */
    private static final String RULES = """
            version: 1
            internal: [example.com]
            quarantine: hold@example.com
            groups: { far: { ldap: cn=far, server: corp } }
            rules:
              - { id: bounces, when: { kind: nullSender, recipientDomain: exempt.example }, then: { encrypt: never } }
              - { id: ordinary, when: { kind: ordinary, recipientDomain: people.example }, then: { encrypt: required } }
              - { id: except, when: { recipientDomain: except.example }, unless: { kind: autoReply },
                  then: { encrypt: required } }
              - { id: maybe, when: { direction: outbound, recipientDomain: maybe.example },
                  then: { sign: required, encrypt: ifPossible, subjectTag: "[x]" } }
              - { id: demand, when: { recipientDomain: [bank.example, refused.example, behind.example] },
                  then: { sign: required, encrypt: required, onMissingCertificate: sendSigned } }
              - { id: asked, when: { recipientDomain: far.example, recipient: "group:far" },
                  then: { encrypt: required } }
              - { id: none, when: { kind: [nullSender, autoReply], recipientDomain: refused.example }, then: reject }
              - { id: behind, when: { kind: [nullSender, autoReply], recipientDomain: behind.example },
                  then: { encrypt: never, onMissingCertificate: sendSigned } }
              - { id: inside, when: { direction: inbound, recipient: seal@example.com }, then: { encrypt: required } }
              - { id: rights, when: { trait: rightsProtected, recipientDomain: rights.example },
                  then: { encrypt: never } }
              - { id: to-rights, when: { recipientDomain: rights.example }, then: { encrypt: required } }
              - { id: last, when: always, then: mailboxPolicy }
            """;

    static Stream<Row> byRule() {
        return Stream.of(
                new Row("reply, a rule demands", reply("a@example.com", "x@bank.example"), YES, send(ENCRYPTED)),
                new Row("bounce, a rule demands", bounce("a@example.com", "x@bank.example"), YES, send(ENCRYPTED)),
                new Row(
                        "a signature does not stand for it",
                        reply("a@example.com", "x@bank.example"),
                        NO,
                        redirect(NO_RECIPIENT_CERTIFICATE)),
                new Row(
                        "look-up failed",
                        bounce("a@example.com", "x@bank.example"),
                        DOWN,
                        defer(CERTIFICATE_LOOKUP_FAILED)),
                new Row("exempt by name", bounce("a@example.com", "x@exempt.example"), YES, send(CLEAR)),
                new Row("of another name", reply("a@example.com", "x@exempt.example"), YES, send(CLEAR)),
                new Row("a demand on ordinary mail only", reply("a@example.com", "x@people.example"), YES, send(CLEAR)),
                new Row("exempt by unless", reply("a@example.com", "x@except.example"), YES, send(CLEAR)),
                new Row("not that one", bounce("a@example.com", "x@except.example"), YES, send(ENCRYPTED)),
                new Row("no demand", reply("a@example.com", "x@maybe.example"), YES, send(CLEAR)),
                new Row(
                        "refused by name behind",
                        reply("a@example.com", "x@refused.example"),
                        YES,
                        reject(POLICY_REFUSED)),
                new Row("named behind the demand", reply("a@example.com", "x@behind.example"), YES, send(ENCRYPTED)),
                new Row(
                        "named behind, and no certificate",
                        reply("a@example.com", "x@behind.example"),
                        NO,
                        reject(NO_RECIPIENT_CERTIFICATE)),
                new Row(
                        "which rule is not known",
                        reply("a@example.com", "x@far.example"),
                        YES,
                        defer(GROUP_LOOKUP_FAILED)),
                new Row(
                        "from outside",
                        Mail.theirs("x@out.example", "seal@example.com").kind(AUTO_REPLY),
                        YES,
                        send(ENCRYPTED)),
                new Row(
                        "ciphertext from outside",
                        Mail.theirs("x@out.example", "seal@example.com")
                                .kind(AUTO_REPLY)
                                .encrypted()
                                .cipher(EncryptionAlgorithm.AES256),
                        YES,
                        send(KEPT)),
                new Row("rights-protected, exempt", rights("x@rights.example"), YES, send(CLEAR)),
                new Row("rights-protected", rights("x@except.example"), YES, send(ENCRYPTED)),
                new Row(
                        "rights-protected, no certificate",
                        rights("x@except.example"),
                        NO,
                        reject(NO_RECIPIENT_CERTIFICATE)),
                new Row("both", rights("x@bank.example").kind(NULL_SENDER), NO, redirect(NO_RECIPIENT_CERTIFICATE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("byRule")
    void bindsByRule(Row row) {
        FakeDirectory directory = new FakeDirectory(row.certificate, YES)
                .with("x@far.example", "far", new DirectoryFacts.Membership.LookupFailed("away"));
        Ruling ruling = Policies.load(RULES).decide(row.mail.facts(), directory);
        assertThat(ruling.decision()).as(ruling.explanation()::toString).isEqualTo(row.decision);
        boolean isEncrypted = row.decision instanceof Decision.Deliver(var _, var made, var _)
                && made instanceof Protection.Encrypted;
        assertThat(ruling.clearPermit().isEmpty())
                .isEqualTo(isEncrypted
                        || row.decision instanceof Decision.Reject
                        || row.decision instanceof Decision.Defer);
    }

    @ParameterizedTest
    @CsvSource({"NO, AUTOMATIC_NOT_ENCRYPTED", "DOWN, CERTIFICATE_LOOKUP_FAILED"})
    void withoutAQuarantineTheReasonIsItsOwn(String certificate, Reason reason) {
        RuleSet rules = Policies.load(RULES.replace("quarantine: hold@example.com\n", ""));
        Decision decision = rules.decide(
                        reply("a@example.com", "x@bank.example").facts(),
                        new FakeDirectory(certificate.equals("NO") ? NO : DOWN, YES))
                .decision();
        assertThat(decision).isEqualTo(reason.isTemporary() ? defer(reason) : reject(reason));
    }

    /** Ordinary mail never reaches the demand. The rule before it does not hold automatic mail back. */
    @ParameterizedTest
    @CsvSource({"reject", "defer", "redirect"})
    void bindsBehindARuleThatDoesNotDeliver(String action) {
        RuleSet rules = Policies.load("""
                version: 1
                internal: [example.com]
                quarantine: hold@example.com
                groups: { far: { ldap: cn=far, server: corp } }
                rules:
                  - { id: dlp, when: { subject: secret }, then: %1$s }
                  - { id: again, when: { subject: our }, then: %1$s }
                  - { id: exempt, when: { kind: autoReply, recipientDomain: exempt.example }, then: { encrypt: never } }
                  - { id: maybe, when: { recipientDomain: maybe.example }, then: { encrypt: ifPossible } }
                  - { id: far, when: { recipientDomain: far.example, recipient: "group:far" }, then: mailboxPolicy }
                  - { id: behind, when: { kind: nullSender, recipientDomain: behind.example }, then: reject }
                  - { id: rest, when: { direction: outbound }, then: { encrypt: required } }
                  - { id: late, when: { kind: autoReply }, then: { encrypt: never } }
                  - { id: last, when: always, then: reject }
                """.formatted(action));
        Supplier<FakeDirectory> directory = () -> new FakeDirectory(YES, YES)
                .with("x@far.example", "far", new DirectoryFacts.Membership.LookupFailed("away"));
        Decision likeOther = rules.decide(secret(Mail.ours("a@example.com", OUT)), directory.get())
                .decision();
        assertThat(likeOther).isNotInstanceOf(Decision.Deliver.class);
        Map<Mail, Decision> expected = Map.of(
                reply("a@example.com", OUT), send(ENCRYPTED),
                bounce("a@example.com", OUT), send(ENCRYPTED),
                rights(OUT), likeOther,
                rights(OUT).kind(NULL_SENDER), send(ENCRYPTED),
                reply("a@example.com", "x@exempt.example"), send(CLEAR),
                bounce("a@example.com", "x@exempt.example"), send(ENCRYPTED),
                reply("a@example.com", "x@maybe.example"), send(CLEAR),
                reply("a@example.com", "x@far.example"), defer(GROUP_LOOKUP_FAILED),
                bounce("a@example.com", "x@behind.example"), reject(POLICY_REFUSED));
        expected.forEach((mail, decision) -> {
            Ruling ruling = rules.decide(secret(mail), directory.get());
            assertThat(ruling.decision())
                    .as(() -> mail.facts() + ruling.explanation().toString())
                    .isEqualTo(decision);
        });
    }

    @Test
    void theDemandBehindCountsWithItsSettings() {
        RuleSet rules = Policies.load("""
                version: 1
                internal: [example.com]
                mailboxPolicies: { default: { RequireEncryptedSMIMEMessages: true } }
                rules:
                  - { id: dlp, when: { subject: secret }, then: reject }
                  - { id: rest, when: always, then: { encrypt: required, acceptSenderEncryption: never } }
                """);
        assertThat(rules.decide(secret(reply("a@example.com", OUT).encrypted()), directory(YES))
                        .decision())
                .isEqualTo(reject(AUTOMATIC_NOT_ENCRYPTED));
    }

    /** The later rule's settings for encryption count only if they ask for no less. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            acceptSenderEncryption: never     | acceptSenderEncryption: structure | AES256 | SENDER_ENCRYPTION_REFUSED
            acceptSenderEncryption: never     | verify: never                     | AES256 | SENDER_ENCRYPTION_REFUSED
            verify: never                     | acceptSenderEncryption: structure | AES256 | ENCRYPTED_FOR_OTHERS
            verify: never                     | acceptSenderEncryption: never     | AES256 | SENDER_ENCRYPTION_REFUSED
            acceptSenderEncryption: structure | onWeakProtection: deliver         | RC2_40 | SENDER_PROTECTION_WEAK
            'acceptSenderEncryption: structure, RequireEncryptionSMIMEAlgorithm: AES256' \
            | 'acceptSenderEncryption: structure, RequireEncryptionSMIMEAlgorithm: AES128' \
            | AES128 | SENDER_PROTECTION_WEAK
            'acceptSenderEncryption: structure, RequireEncryptionSMIMEAlgorithm: AES256' \
            | acceptSenderEncryption: structure | AES128 | SENDER_PROTECTION_WEAK
            acceptSenderEncryption: structure \
            | 'acceptSenderEncryption: structure, RequireEncryptionSMIMEAlgorithm: AES256' \
            | AES128 | SENDER_PROTECTION_WEAK
            """)
    void aNamedRuleBehindDoesNotWeaken(String demand, String named, EncryptionAlgorithm cipher, Reason reason) {
        RuleSet rules = Policies.load("""
                version: 1
                internal: [example.com]
                rules:
                  - { id: demand, when: { direction: outbound }, then: { encrypt: required, %s } }
                  - { id: named, when: { kind: autoReply }, then: { encrypt: ifPossible, %s } }
                  - { id: rest, when: always, then: mailboxPolicy }
                """.formatted(demand, named));
        Ruling ruling = rules.decide(
                reply("a@example.com", OUT).encrypted().cipher(cipher).facts(),
                directory(YES).match(new DirectoryFacts.Match.ByNone()));
        assertThat(ruling.decision()).as(ruling.explanation()::toString).isEqualTo(reject(reason));
    }

    private static Facts secret(Mail mail) {
        return mail.header("subject", "our secret").facts();
    }

    private static Mail rights(String to) {
        return Mail.ours("a@example.com", to).trait(Facts.Trait.RIGHTS_PROTECTED);
    }

    private static FakeDirectory directory(Fact certificate) {
        return new FakeDirectory(certificate, YES)
                .with("clerk@example.com", "clerks", new DirectoryFacts.Membership.Member())
                .with("who@example.com", "clerks", new DirectoryFacts.Membership.LookupFailed("away"));
    }

    private static Mail bounce(String from, String to) {
        return Mail.ours(from, to).envelopeSender("").kind(NULL_SENDER);
    }

    private static Mail reply(String from, String to) {
        return Mail.ours(from, to).kind(AUTO_REPLY);
    }
}
