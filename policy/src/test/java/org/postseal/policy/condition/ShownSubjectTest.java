package org.postseal.policy.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.DecisionTable.KEPT;
import static org.postseal.policy.deciding.DecisionTable.redirect;
import static org.postseal.policy.deciding.DecisionTable.reject;
import static org.postseal.policy.deciding.DecisionTable.send;
import static org.postseal.policy.deciding.FakeDirectory.YES;
import static org.postseal.policy.outcome.Reason.SUBJECT_SHOWN;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.deciding.FakeDirectory;
import org.postseal.policy.deciding.Mail;
import org.postseal.policy.deciding.Policies;
import org.postseal.policy.deciding.Retrospect;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.protection.EncryptionAlgorithm;

/** Tests mail whose Subject must be hidden and stands beside a ciphertext of the sender's own client. */
class ShownSubjectTest {
    private static final RuleSet RULES = Policies.rules(
            "{ id: seal, when: { recipientDomain: bank.example }, then: { encrypt: required, hideSubject: true } }",
            "{ id: shown, when: { recipientDomain: open.example }, then: { encrypt: required } }",
            "{ id: maybe, when: { recipientDomain: maybe.example }, then: { encrypt: ifPossible, hideSubject: true } }",
            "{ id: in, when: { direction: inbound }, then: { encrypt: required, hideSubject: true } }");

    record Row(Mail mail, Decision decision) {}

    static Stream<Row> rows() {
        return Stream.of(
                new Row(encrypted("x@bank.example").header("subject", "A plan"), reject(SUBJECT_SHOWN)),
                new Row(encrypted("x@bank.example").header("subject", "=?utf-8?q?=41?="), reject(SUBJECT_SHOWN)),
                new Row(encrypted("x@bank.example").header("subject", "[...]", "A plan"), reject(SUBJECT_SHOWN)),
                new Row(
                        encrypted("x@bank.example").header("subject", "[...]").header("thread-topic", "A plan"),
                        reject(SUBJECT_SHOWN)),
                new Row(encrypted("x@bank.example").header("subject", "[...]"), send(KEPT)),
                new Row(encrypted("x@bank.example").header("subject", ""), send(KEPT)),
                new Row(encrypted("x@bank.example"), send(KEPT)),
                new Row(encrypted("x@open.example").header("subject", "A plan"), send(KEPT)),
                new Row(encrypted("x@maybe.example").header("subject", "A plan"), send(KEPT)),
                new Row(
                        encrypted("x@bank.example").header("subject", "A plan").kind(Facts.Kind.AUTO_REPLY),
                        redirect(SUBJECT_SHOWN)),
                new Row(
                        Mail.theirs("x@out.example", "a@example.com")
                                .encrypted()
                                .cipher(EncryptionAlgorithm.AES256)
                                .header("subject", "A plan"),
                        send(KEPT)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isRefusedWhereItTells(Row row) {
        Ruling ruling = RULES.decide(row.mail.facts(), new FakeDirectory(YES, YES));
        assertThat(ruling.decision()).as(ruling.explanation()::toString).isEqualTo(row.decision);
    }

    /** The audit log does not keep the header of a message. */
    @Test
    void afterwardsNobodyKnows() {
        Retrospect.Result result =
                Retrospect.decide(RULES, encrypted("x@bank.example").facts(), new FakeDirectory(YES, YES), Map.of());
        assertThat(result).isInstanceOfSatisfying(Retrospect.Result.Open.class, open -> {
            assertThat(open.rule()).isEqualTo("seal");
            assertThat(open.question().about()).isEqualTo("header subject");
        });
    }

    private static Mail encrypted(String to) {
        return Mail.ours("a@example.com", to).encrypted().cipher(EncryptionAlgorithm.AES256);
    }
}
