package org.postseal.policy.deciding;

import static org.postseal.policy.deciding.Decider.AUTOMATIC_RULE;
import static org.postseal.policy.deciding.DecisionTable.CLEAR;
import static org.postseal.policy.deciding.DecisionTable.ENCRYPTED;
import static org.postseal.policy.deciding.DecisionTable.KEPT;
import static org.postseal.policy.deciding.DecisionTable.SIGNED;
import static org.postseal.policy.deciding.DecisionTable.alice;
import static org.postseal.policy.deciding.DecisionTable.bob;
import static org.postseal.policy.deciding.DecisionTable.given;
import static org.postseal.policy.deciding.DecisionTable.open;
import static org.postseal.policy.deciding.DecisionTable.reject;
import static org.postseal.policy.deciding.DecisionTable.send;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;
import static org.postseal.policy.facts.Facts.Kind.AUTO_REPLY;
import static org.postseal.policy.facts.Facts.Kind.NULL_SENDER;
import static org.postseal.policy.facts.Facts.Signature.INVALID;
import static org.postseal.policy.facts.Facts.Signature.VALID;
import static org.postseal.policy.facts.Facts.Trait.SENT_ON;
import static org.postseal.policy.outcome.Reason.NO_RECIPIENT_CERTIFICATE;
import static org.postseal.policy.outcome.Reason.ORIGIN_MAY_NOT_SIGN;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.deciding.DecisionTable.Row;

/** Tests the outcome by the origin and the kind of mail, before any rule that names them. */
class OriginDecisionTest {
    static Stream<Row> rows() {
        return Stream.of(
                given("inbound is opened", bob("alice@example.com"), NO, NO).then(open(CLEAR), "rest", "", "-"),
                given("inbound ciphertext", bob("alice@example.com").encrypted(), NO, NO)
                        .then(open(KEPT), "rest", "", "-"),
                given("inbound bad signature", bob("alice@example.com").signed(INVALID), NO, NO)
                        .then(open(KEPT), "rest", "", "-"),
                given("outside claims inside", Mail.theirs("cfo@example.com", "alice@example.com"), YES, YES)
                        .then(open(CLEAR), "rest", "", "-"),
                given("forwarded is untouched", bob("carol@other.example").signed(VALID), YES, YES)
                        .then(send(KEPT), "rest", "", "-"),
                given("forwarded claims inside", Mail.theirs("cfo@example.com", "carol@other.example"), YES, YES)
                        .then(send(ENCRYPTED), "rest", "finance", "c"),
                given("ours with a From outside", Mail.ours("bob@out.example", "carol@other.example"), YES, YES)
                        .then(send(CLEAR), "rest", "default", "-"),
                given(
                                "ours without a single From",
                                Mail.ours("", "carol@other.example").envelopeSender("alice@example.com"),
                                YES,
                                YES)
                        .then(reject(ORIGIN_MAY_NOT_SIGN), "rest", "default", "-"),
                given("a From outside does not dodge the rule", Mail.ours("bob@out.example", "x@bank.example"), NO, YES)
                        .then(reject(NO_RECIPIENT_CERTIFICATE), "bank", "default", "c"),
                given("sent on in our name", alice("x@other.example").trait(SENT_ON), YES, YES)
                        .then(send(CLEAR), "rest", "default", "-"),
                given("sent on does not dodge the rule", alice("x@bank.example").trait(SENT_ON), NO, YES)
                        .then(reject(NO_RECIPIENT_CERTIFICATE), "bank", "default", "c"),
                given("sign required, sent on", alice("x@both.example").trait(SENT_ON), YES, YES)
                        .then(reject(ORIGIN_MAY_NOT_SIGN), "both", "default", "-"),
                given("sign required, forwarded", Mail.theirs("cfo@example.com", "x@both.example"), YES, YES)
                        .then(reject(ORIGIN_MAY_NOT_SIGN), "both", "", "-"),
                given(
                                "bounce is untouched",
                                alice("x@maybe.example").envelopeSender("").kind(NULL_SENDER),
                                YES,
                                YES)
                        .then(send(CLEAR), AUTOMATIC_RULE, "", "-"),
                given(
                                "inbound bounce is untouched",
                                Mail.theirs("mailer-daemon@out.example", "no@example.com")
                                        .kind(NULL_SENDER)
                                        .encrypted(),
                                YES,
                                YES)
                        .then(send(KEPT), AUTOMATIC_RULE, "", "-"),
                given("auto-reply is untouched", alice("x@maybe.example").kind(AUTO_REPLY), YES, YES)
                        .then(send(CLEAR), AUTOMATIC_RULE, "", "-"),
                given("auto-reply that a rule names", alice("x@replies.example").kind(AUTO_REPLY), YES, YES)
                        .then(send(SIGNED), "replies", "default", "k"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void decides(Row row) {
        row.check();
    }
}
