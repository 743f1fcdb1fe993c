package org.postseal.policy.deciding;

import static org.postseal.policy.deciding.DecisionTable.BOTH;
import static org.postseal.policy.deciding.DecisionTable.ENCRYPTED;
import static org.postseal.policy.deciding.DecisionTable.KEPT;
import static org.postseal.policy.deciding.DecisionTable.SIGNED;
import static org.postseal.policy.deciding.DecisionTable.alice;
import static org.postseal.policy.deciding.DecisionTable.cfo;
import static org.postseal.policy.deciding.DecisionTable.defer;
import static org.postseal.policy.deciding.DecisionTable.given;
import static org.postseal.policy.deciding.DecisionTable.reject;
import static org.postseal.policy.deciding.DecisionTable.send;
import static org.postseal.policy.deciding.FakeDirectory.DOWN;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;
import static org.postseal.policy.facts.Facts.Signature.INVALID;
import static org.postseal.policy.facts.Facts.Signature.UNVERIFIABLE;
import static org.postseal.policy.facts.Facts.Signature.VALID;
import static org.postseal.policy.outcome.Reason.CERTIFICATE_LOOKUP_FAILED;
import static org.postseal.policy.outcome.Reason.INVALID_SIGNATURE;
import static org.postseal.policy.outcome.Reason.NO_RECIPIENT_CERTIFICATE;
import static org.postseal.policy.outcome.Reason.NO_SIGNING_KEY;
import static org.postseal.policy.outcome.Reason.STORE_UNAVAILABLE;
import static org.postseal.policy.outcome.Reason.STRUCTURE_AMBIGUOUS;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.deciding.DecisionTable.Row;
import org.postseal.policy.facts.Facts.Content;
import org.postseal.policy.facts.Facts.Signature;

/** Tests the outcome for mail of our own senders if the mailbox policy decides. */
class MailboxPolicyDecisionTest {
    static Stream<Row> rows() {
        return Stream.of(
                given("signed by default", alice(), NO, YES).then(send(SIGNED), "rest", "default", "k"),
                given("no key", alice(), YES, NO).then(reject(NO_SIGNING_KEY), "rest", "default", "k"),
                given("store down", alice(), YES, DOWN).then(defer(STORE_UNAVAILABLE), "rest", "default", "k"),
                given("by group", Mail.ours("Dora@EXAMPLE.com", "bob@out.example"), YES, YES)
                        .then(send(BOTH), "rest", "finance", "kc"),
                given("by user", cfo(), YES, YES).then(send(BOTH), "rest", "finance", "kc"),
                given("no certificate, never clear", cfo(), NO, YES)
                        .then(reject(NO_RECIPIENT_CERTIFICATE), "rest", "finance", "kc"),
                given("certificate unknown now", cfo(), DOWN, YES)
                        .then(defer(CERTIFICATE_LOOKUP_FAILED), "rest", "finance", "kc"),
                given("internal too", cfo("eve@sub.example.com"), YES, YES).then(send(BOTH), "rest", "finance", "kc"),
                given("already signed", alice().signed(VALID), NO, NO).then(send(KEPT), "rest", "default", "-"),
                given("already signed, unknown issuer", alice().signed(UNVERIFIABLE), NO, NO)
                        .then(send(KEPT), "rest", "default", "-"),
                given("already signed, but not for every program", alice().ambiguous(), YES, YES)
                        .then(reject(STRUCTURE_AMBIGUOUS), "rest", "default", "-"),
                given("already signed, but wrongly", alice().signed(INVALID), YES, YES)
                        .then(reject(INVALID_SIGNATURE), "rest", "default", "-"),
                given("already signed, encryption added", cfo().signed(VALID), YES, NO)
                        .then(send(ENCRYPTED), "rest", "finance", "c"),
                given("already encrypted", cfo().encrypted(), NO, NO).then(send(KEPT), "rest", "finance", "m"),
                given("other CMS is signed like clear", alice().content(Content.OTHER_CMS, Signature.UNSIGNED), NO, YES)
                        .then(send(SIGNED), "rest", "default", "k"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void decides(Row row) {
        row.check();
    }
}
