package org.postseal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.DecisionTable.CLEAR;
import static org.postseal.policy.DecisionTable.ENCRYPTED;
import static org.postseal.policy.DecisionTable.KEPT;
import static org.postseal.policy.DecisionTable.defer;
import static org.postseal.policy.DecisionTable.redirect;
import static org.postseal.policy.DecisionTable.reject;
import static org.postseal.policy.DecisionTable.send;
import static org.postseal.policy.Facts.Kind.AUTO_REPLY;
import static org.postseal.policy.Facts.Kind.NULL_SENDER;
import static org.postseal.policy.FakeDirectory.DOWN;
import static org.postseal.policy.FakeDirectory.NO;
import static org.postseal.policy.FakeDirectory.YES;
import static org.postseal.policy.Reason.CERTIFICATE_LOOKUP_FAILED;
import static org.postseal.policy.Reason.GROUP_LOOKUP_FAILED;
import static org.postseal.policy.Reason.NO_RECIPIENT_CERTIFICATE;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.DirectoryFacts.Fact;

/** Bounces and automatic replies that no rule names: untouched, unless a level requires encryption and lets nobody weaken it. */
class AutomaticMailTest {
    private static final String OUT = "bob@out.example";

    /** Strict are the board by user, the clerks by a group of a directory server; the others may send in clear, and the lab lets rules weaken. */
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
                  - { id: named, when: { kind: nullSender, recipientDomain: named.example }, then: { encrypt: required, onMissingCertificate: reject } }
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
                new Row("bounce, encryption may be weakened", bounce("a@lab.example.com", OUT), YES, send(CLEAR)),
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
                        reject(NO_RECIPIENT_CERTIFICATE)),
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
        // a notice of a bounce would be a bounce of a bounce
        assertThat(ruling.notice()).isEmpty();
    }

    @Test
    void withoutAQuarantineABounceIsRefused() {
        Ruling ruling = policy("").decide(bounce("chair@example.com", OUT).facts(), directory(NO));
        assertThat(ruling.decision()).isEqualTo(reject(NO_RECIPIENT_CERTIFICATE));
    }

    @Test
    void saysWhy() {
        Ruling ruling = policy("").decide(reply("chair@example.com", OUT).facts(), directory(YES));
        assertThat(ruling.explanation().rule()).isEqualTo(Decider.AUTOMATIC_RULE);
        assertThat(ruling.explanation().mailboxPolicy()).isEqualTo("board");
        assertThat(ruling.explanation().steps())
                .contains(
                        "the message is an automatic reply and no rule names that kind, but encryption is required: encrypted and not signed",
                        "mailbox policy board asks encrypt: required");
        assertThat(ruling.clearPermit()).isEqualTo(Optional.empty());
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
