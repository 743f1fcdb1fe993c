package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.DecisionTable.BOTH;
import static org.postseal.policy.deciding.DecisionTable.ENCRYPTED;
import static org.postseal.policy.deciding.DecisionTable.KEPT;
import static org.postseal.policy.deciding.DecisionTable.SIGNED;
import static org.postseal.policy.deciding.DecisionTable.alice;
import static org.postseal.policy.deciding.DecisionTable.bob;
import static org.postseal.policy.deciding.DecisionTable.cfo;
import static org.postseal.policy.deciding.DecisionTable.defer;
import static org.postseal.policy.deciding.DecisionTable.given;
import static org.postseal.policy.deciding.DecisionTable.open;
import static org.postseal.policy.deciding.DecisionTable.redirect;
import static org.postseal.policy.deciding.DecisionTable.reject;
import static org.postseal.policy.deciding.DecisionTable.send;
import static org.postseal.policy.deciding.DecisionTable.verify;
import static org.postseal.policy.deciding.FakeDirectory.DOWN;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;
import static org.postseal.policy.facts.Facts.Signature.INVALID;
import static org.postseal.policy.facts.Facts.Signature.VALID;
import static org.postseal.policy.outcome.Reason.CERTIFICATE_LOOKUP_FAILED;
import static org.postseal.policy.outcome.Reason.INVALID_SIGNATURE;
import static org.postseal.policy.outcome.Reason.NO_RECIPIENT_CERTIFICATE;
import static org.postseal.policy.outcome.Reason.NO_SIGNING_KEY;
import static org.postseal.policy.outcome.Reason.POLICY_DEFERRED;
import static org.postseal.policy.outcome.Reason.POLICY_REFUSED;
import static org.postseal.policy.outcome.Reason.RECIPIENT_CERTIFICATE_AWAITED;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.deciding.DecisionTable.Row;
import org.postseal.policy.facts.Facts.Content;
import org.postseal.policy.facts.Facts.Signature;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.outcome.RefusalText;

/** Tests what a rule adds to the mailbox policy, and what it does to incoming mail. */
class RuleDecisionTest {
    static Stream<Row> rows() {
        return Stream.of(
                given("overlay adds", alice("x@bank.example"), YES, YES).then(send(BOTH), "bank", "default", "kc"),
                given("reject is the default", alice("x@bank.example"), NO, YES)
                        .then(reject(NO_RECIPIENT_CERTIFICATE), "bank", "default", "kc"),
                given("defer on missing", alice("x@wait.example"), NO, YES)
                        .then(defer(RECIPIENT_CERTIFICATE_AWAITED), "wait", "default", "kc"),
                given("redirect on missing", alice("x@hold.example"), NO, YES)
                        .then(redirect(NO_RECIPIENT_CERTIFICATE), "hold", "default", "kc"),
                given("look-up failure is not missing", alice("x@hold.example"), DOWN, YES)
                        .then(defer(CERTIFICATE_LOOKUP_FAILED), "hold", "default", "kc"),
                given("encrypt if possible: yes", alice("x@maybe.example"), YES, YES)
                        .then(send(BOTH), "maybe", "default", "kc"),
                given("encrypt if possible: no", alice("x@maybe.example"), NO, YES)
                        .then(send(SIGNED), "maybe", "default", "kc"),
                given("encrypt if possible: unknown", alice("x@maybe.example"), DOWN, YES)
                        .then(defer(CERTIFICATE_LOOKUP_FAILED), "maybe", "default", "kc"),
                given("encrypt if possible: unknown, and the rule says to go on", alice("x@dark.example"), DOWN, YES)
                        .then(send(SIGNED), "dark", "default", "kc"),
                given("the same, but the sender's policy requires encryption", cfo("x@dark.example"), DOWN, YES)
                        .then(defer(CERTIFICATE_LOOKUP_FAILED), "dark", "finance", "kc"),
                given(
                                "encrypt if possible: unknown, and the rule says to keep it here",
                                alice("x@held.example"),
                                DOWN,
                                YES)
                        .then(redirect(CERTIFICATE_LOOKUP_FAILED), "held", "default", "kc"),
                given("if possible does not weaken", alice("x@maybe.example"), YES, NO)
                        .then(reject(NO_SIGNING_KEY), "maybe", "default", "k"),
                given("never does not weaken", alice("x@plain.example"), YES, YES)
                        .then(send(SIGNED), "plain", "default", "k"),
                given("never does not weaken finance", cfo("x@plain.example"), YES, YES)
                        .then(send(BOTH), "plain", "finance", "kc"),
                given("reject", alice("no@example.com"), YES, YES).then(reject(POLICY_REFUSED), "no", "", "-"),
                given("defer", alice("later@example.com"), YES, YES).then(defer(POLICY_DEFERRED), "later", "", "-"),
                given("redirect", alice("away@example.com"), YES, YES).then(redirect(POLICY_REFUSED), "away", "", "-"),
                given("never decrypt", bob("closed@example.com").encrypted(), NO, NO)
                        .then(verify(KEPT), "closed", "", "-"),
                given("never verify", bob("blind@example.com").signed(VALID), NO, NO)
                        .then(send(KEPT), "blind", "", "-"),
                given("bad signature refused", bob("strict@example.com").signed(INVALID), NO, NO)
                        .then(reject(INVALID_SIGNATURE), "strict", "", "-"),
                given(
                                "bad signature under encryption not told",
                                bob("strict@example.com").content(Content.ENCRYPTED, Signature.INVALID),
                                NO,
                                NO)
                        .then(open(KEPT), "strict", "", "-"),
                given("good signature passes", bob("strict@example.com").signed(VALID), NO, NO)
                        .then(open(KEPT), "strict", "", "-"),
                given("bad signature redirected", bob("wary@example.com").signed(INVALID), NO, NO)
                        .then(redirect(INVALID_SIGNATURE), "wary", "", "-"),
                given("inbound sealed", bob("seal@example.com"), YES, NO).then(open(ENCRYPTED), "seal-in", "", "c"),
                given(
                                "what meets a demand is not opened",
                                bob("seal@example.com").encrypted(),
                                YES,
                                NO)
                        .then(send(KEPT), "seal-in", "", "m"),
                given("forwarded opened when asked", bob("x@open.example").encrypted(), NO, NO)
                        .then(open(KEPT), "open-forwarded", "", "-"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void decides(Row row) {
        row.check();
    }

    @ParameterizedTest
    @CsvSource({"onMissingCertificate, RECIPIENT_CERTIFICATE_AWAITED", "onLookupFailure, CERTIFICATE_LOOKUP_FAILED"})
    void aDeferralHasATextOfItsOwn(String key, Reason reason) {
        RuleSet rules = Policies.rules("{ id: wait, when: { direction: outbound }," + " then: { encrypt: required, "
                + key + ": { defer: { text: Come back later } } } }");

        assertThat(rules.decide(
                                Mail.ours("a@example.com", "x@y.example").facts(),
                                new FakeDirectory(reason == CERTIFICATE_LOOKUP_FAILED ? DOWN : NO, YES))
                        .decision())
                .isEqualTo(new Decision.Defer(reason, Optional.of(RefusalText.line("Come back later"))));
        assertThat(rules.described().rules().getFirst().then().toString())
                .contains("it is deferred: \u201cCome back later\u201d");
    }
}
