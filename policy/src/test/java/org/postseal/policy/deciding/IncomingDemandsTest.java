package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.DecisionTable.CLEAR;
import static org.postseal.policy.deciding.DecisionTable.KEPT;
import static org.postseal.policy.deciding.DecisionTable.bob;
import static org.postseal.policy.deciding.DecisionTable.defer;
import static org.postseal.policy.deciding.DecisionTable.open;
import static org.postseal.policy.deciding.DecisionTable.redirect;
import static org.postseal.policy.deciding.DecisionTable.reject;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.facts.Facts.Content.ENCRYPTED;
import static org.postseal.policy.facts.Facts.Signature.INVALID;
import static org.postseal.policy.facts.Facts.Signature.UNSIGNED;
import static org.postseal.policy.facts.Facts.Signature.UNVERIFIABLE;
import static org.postseal.policy.facts.Facts.Signature.VALID;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Decision.Changes;
import org.postseal.policy.outcome.Decision.Deliver;
import org.postseal.policy.outcome.Decision.Incoming;
import org.postseal.policy.outcome.HeaderChange;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.Protection;

/** Tests the demands of a rule on incoming mail, and the outcome if they are not met. */
class IncomingDemandsTest {
    private static final Mail PLAIN = bob("alice@example.com");
    private static final Decision AS_IT_IS = open(CLEAR);

    static Stream<Arguments> demands() {
        String signed = "{ requireSigned: true }";
        return Stream.of(
                Arguments.of(signed, PLAIN, reject(Reason.SIGNATURE_REQUIRED)),
                Arguments.of(signed, PLAIN.signed(VALID), open(KEPT)),
                Arguments.of(signed, PLAIN.signed(INVALID), reject(Reason.SIGNATURE_REQUIRED)),
                Arguments.of(signed, PLAIN.signed(UNVERIFIABLE), reject(Reason.SIGNATURE_REQUIRED)),
                Arguments.of("{ requireSigned: true, onUnsigned: defer }", PLAIN, defer(Reason.DEMAND_AWAITED)),
                Arguments.of(
                        "{ requireSigned: true, onUnsigned: redirect }", PLAIN, redirect(Reason.SIGNATURE_REQUIRED)),
                Arguments.of("{ requireSigned: true, onUnsigned: deliver }", PLAIN, AS_IT_IS),
                Arguments.of(
                        "{ requireSigned: true, onInvalidSignature: redirect }",
                        PLAIN.signed(INVALID),
                        redirect(Reason.INVALID_SIGNATURE)),
                // No reply ever tells what our key opened or could not open.
                Arguments.of(signed, PLAIN.encrypted(), redirect(Reason.SIGNATURE_REQUIRED)),
                Arguments.of(signed, PLAIN.content(ENCRYPTED, INVALID), redirect(Reason.SIGNATURE_REQUIRED)),
                Arguments.of(signed, PLAIN.content(ENCRYPTED, VALID), open(KEPT)),
                // Some mail programs show what stands beside such a ciphertext, whatever a key opens.
                Arguments.of(
                        signed,
                        PLAIN.content(ENCRYPTED, VALID).doubtful(EncryptionDoubt.CONTENT_READABLE),
                        reject(Reason.SIGNATURE_REQUIRED)),
                Arguments.of(
                        "{ requireSigned: true, onUnsigned: redirect }",
                        PLAIN.content(ENCRYPTED, VALID).doubtful(EncryptionDoubt.CONTENT_READABLE),
                        redirect(Reason.SIGNATURE_REQUIRED)),
                Arguments.of("{ requireEncrypted: true }", PLAIN, reject(Reason.ENCRYPTION_REQUIRED)),
                Arguments.of("{ requireEncrypted: true }", PLAIN.signed(VALID), reject(Reason.ENCRYPTION_REQUIRED)),
                Arguments.of("{ requireEncrypted: true }", PLAIN.encrypted(), open(KEPT)),
                Arguments.of("{ requireEncrypted: true, onUnencrypted: defer }", PLAIN, defer(Reason.DEMAND_AWAITED)),
                Arguments.of("{ requireEncrypted: true, onUnencrypted: deliver }", PLAIN, AS_IT_IS));
    }

    static Stream<Arguments> changes() {
        Mail suspicious = PLAIN.opened(Optional.of(Facts.Suspicion.OPEN_ADDRESS));
        Mail unauthenticated = PLAIN.opened(Optional.empty());
        Decision held = redirect(Reason.CONTENT_SUSPICIOUS);
        Decision closed = DecisionTable.keepClosed(KEPT);
        return Stream.of(
                Arguments.of("mailboxPolicy", suspicious, closed),
                Arguments.of("mailboxPolicy", unauthenticated, open(KEPT)),
                Arguments.of("mailboxPolicy", PLAIN.encrypted(), open(KEPT)),
                Arguments.of("{ onSuspicious: redirect }", suspicious, held),
                Arguments.of("{ onSuspicious: redirect }", unauthenticated, open(KEPT)),
                Arguments.of("{ onSuspicious: leaveClosed }", suspicious, closed),
                Arguments.of("{ onSuspicious: leaveClosed }", unauthenticated, open(KEPT)),
                Arguments.of("{ onSuspicious: deliver }", suspicious, open(KEPT)),
                Arguments.of(
                        "{ onSuspicious: { redirect: look@example.com } }",
                        suspicious,
                        new Decision.Redirect(MailAddress.of("look@example.com"), Reason.CONTENT_SUSPICIOUS)),
                // The other setting counts too.
                Arguments.of("{ onUnauthenticated: deliver }", suspicious, closed),
                Arguments.of("{ onUnauthenticated: leaveClosed }", suspicious, closed),
                Arguments.of("{ onSuspicious: deliver, onUnauthenticated: leaveClosed }", suspicious, closed),
                Arguments.of(
                        "{ onSuspicious: deliver, onUnauthenticated: redirect }",
                        suspicious,
                        redirect(Reason.CONTENT_UNAUTHENTICATED)),
                Arguments.of(
                        "{ onSuspicious: leaveClosed, onUnauthenticated: redirect }",
                        suspicious,
                        redirect(Reason.CONTENT_UNAUTHENTICATED)),
                // Mail that is not delivered open is no danger.
                Arguments.of("{ decrypt: never }", suspicious, DecisionTable.verify(KEPT)),
                Arguments.of("{ decrypt: never, verify: never }", suspicious, DecisionTable.send(KEPT)),
                Arguments.of("{ encrypt: required }", suspicious, DecisionTable.send(KEPT)),
                Arguments.of("{ decrypt: never, onSuspicious: redirect }", suspicious, held));
    }

    static Stream<Arguments> strips() {
        Decision stripped = new Deliver(Incoming.OPEN, CLEAR, new Changes(true, List.of()));
        Mail list = PLAIN.signed(VALID).trait(Facts.Trait.MAILING_LIST);
        return Stream.of(
                Arguments.of("{ strip: true }", PLAIN.signed(VALID), stripped),
                Arguments.of("{ strip: true }", PLAIN.content(ENCRYPTED, VALID), stripped),
                Arguments.of(
                        "{ strip: true, decrypt: never }", PLAIN.content(ENCRYPTED, VALID), DecisionTable.verify(KEPT)),
                Arguments.of("{ strip: true }", PLAIN.signed(INVALID), open(KEPT)),
                Arguments.of("{ strip: true }", PLAIN.signed(UNVERIFIABLE), open(KEPT)),
                Arguments.of("{ strip: true }", list, open(KEPT)),
                Arguments.of("{ strip: true }", PLAIN, AS_IT_IS));
    }

    static Stream<Arguments> tags() {
        String byVerdict = "{ subjectTag: { valid: '[signed]', invalid: '[BAD]' } }";
        return Stream.of(
                Arguments.of("{ subjectTag: '[EXTERNAL]' }", PLAIN, tagged(CLEAR, "[EXTERNAL]", "[EXTERNAL]")),
                Arguments.of(byVerdict, PLAIN.signed(VALID), tagged(KEPT, "[signed]", "[BAD]", "[signed]")),
                Arguments.of(byVerdict, PLAIN.signed(INVALID), tagged(KEPT, "[BAD]", "[BAD]", "[signed]")),
                Arguments.of(byVerdict, PLAIN, tagged(CLEAR, "", "[BAD]", "[signed]")),
                Arguments.of(
                        "{ removeHeader: [X-Seal, x-other], addHeader: { name: X-Seal, value: mine } }",
                        PLAIN,
                        new Deliver(
                                Incoming.OPEN,
                                CLEAR,
                                new Changes(
                                        false,
                                        List.of(
                                                new HeaderChange.RemoveForged("x-seal"),
                                                new HeaderChange.Remove("x-seal"),
                                                new HeaderChange.Remove("x-other"),
                                                new HeaderChange.Add("X-Seal", "mine"))))));
    }

    private static Decision tagged(Protection protection, String tag, String... forged) {
        return new Deliver(
                Incoming.OPEN,
                protection,
                new Changes(false, List.of(new HeaderChange.TagSubject(tag, List.of(forged)))));
    }

    @ParameterizedTest
    @MethodSource({"demands", "changes", "strips", "tags"})
    void decides(String then, Mail mail, Decision decision) {
        RuleSet rules = Policies.rules("{ id: in, when: { direction: inbound }, then: " + then + " }");

        assertThat(rules.decide(mail.facts(), new FakeDirectory(NO, NO)).decision())
                .isEqualTo(decision);
    }

    @Test
    void withoutQuarantineWhatLooksChangedIsLeftClosed() {
        RuleSet rules = Policies.load("""
                version: 1
                internal: [example.com]
                rules:
                  - { id: look, when: { recipient: look@example.com, suspicious: true }, then: reject }
                  - { id: on, when: { direction: forwarded }, then: { decrypt: ifPossible } }
                  - { id: rest, when: always, then: mailboxPolicy }
                """);
        Mail forwarded = Mail.theirs("bob@out.example", "x@far.example");

        for (Mail mail : List.of(PLAIN, bob("look@example.com"), forwarded)) {
            Ruling changed = rules.decide(
                    mail.opened(Optional.of(Facts.Suspicion.CONTROL_CHARACTERS)).facts(), new FakeDirectory(NO, NO));
            assertThat(changed.decision()).isEqualTo(DecisionTable.keepClosed(KEPT));
            assertThat(rules.decide(mail.opened(Optional.empty()).facts(), new FakeDirectory(NO, NO))
                            .decision())
                    .isEqualTo(open(KEPT));
        }
        assertThat(rules.decide(
                                PLAIN.opened(Optional.of(Facts.Suspicion.CONTROL_CHARACTERS))
                                        .facts(),
                                new FakeDirectory(NO, NO))
                        .explanation()
                        .steps())
                .endsWith("left closed: it was decrypted and looks changed on its way: control "
                        + "characters in a text part");
    }

    @Test
    void withoutQuarantineTheDemandMarksWhatCannotBeRefused() {
        RuleSet rules = Policies.load("""
                version: 1
                internal: [example.com]
                rules:
                  - { id: in, when: { direction: inbound }, then: { requireSigned: true } }
                  - { id: rest, when: always, then: mailboxPolicy }
                """);

        assertThat(rules.decide(PLAIN.encrypted().facts(), new FakeDirectory(NO, NO))
                        .decision())
                .isEqualTo(open(KEPT));
    }

    @Test
    void noRuleThatLooksUnderAnEncryptionIsAnsweredWithARefusal() {
        RuleSet rules = Policies.rules(
                "{ id: bad, when: { direction: inbound, signature: [invalid, unsigned] }, then: reject }",
                "{ id: late, when: { direction: inbound, recipient: late@example.com }, then: defer }");

        assertThat(Stream.of(
                                PLAIN,
                                PLAIN.encrypted(),
                                PLAIN.content(ENCRYPTED, INVALID),
                                PLAIN.content(ENCRYPTED, VALID),
                                bob("late@example.com").content(ENCRYPTED, VALID))
                        .map(mail -> rules.decide(mail.facts(), new FakeDirectory(NO, NO))
                                .decision()))
                .containsExactly(
                        reject(Reason.POLICY_REFUSED),
                        redirect(Reason.POLICY_REFUSED),
                        redirect(Reason.POLICY_REFUSED),
                        open(KEPT),
                        // Each rule that may match holds it back, whatever is inside.
                        defer(Reason.POLICY_DEFERRED));
    }

    @Test
    void demandsAreForIncomingMailOnly() {
        RuleSet rules = Policies.rules(
                "{ id: all, when: { visible: true }, then: { requireSigned: true, requireEncrypted: true } }");

        assertThat(rules.decide(DecisionTable.alice().facts(), new FakeDirectory(NO, NO))
                        .decision())
                .isEqualTo(DecisionTable.send(CLEAR));
        assertThat(rules.decide(PLAIN.signed(UNSIGNED).facts(), new FakeDirectory(NO, NO))
                        .decision())
                .isEqualTo(reject(Reason.ENCRYPTION_REQUIRED));
    }
}
