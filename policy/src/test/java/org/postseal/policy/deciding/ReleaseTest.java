package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.DecisionTable.CLEAR;
import static org.postseal.policy.deciding.DecisionTable.ENCRYPTED;
import static org.postseal.policy.deciding.DecisionTable.KEPT;
import static org.postseal.policy.deciding.DecisionTable.SIGNED;
import static org.postseal.policy.deciding.FakeDirectory.DOWN;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.outcome.RefusalText;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.Protection;

/** A release lifts exactly the reason for which a message was held, and no demand to encrypt without mayWeaken. */
class ReleaseTest {
    private static final String FREE =
            "{ RequireEncryptedSMIMEMessages: true," + " mayWeaken: [RequireEncryptedSMIMEMessages] }";
    private static final String STRICT = "{ RequireEncryptedSMIMEMessages: true }";
    private static final String NOTHING_LIFTED =
            "released, but rule 'hit' does not hold it for POLICY_REFUSED any more: nothing is lifted";
    private static final String NONE = "{ RequireEncryptedSMIMEMessages: false }";

    /**
     * A message that is held and then released.
     *
     * @param level the mailbox policy of all senders
     * @param rule what the first rule, {@code hit}, says
     * @param certificate of the recipient
     */
    record Held(String level, String rule, Mail mail, Fact certificate, Reason reason, Decision then) {
        RuleSet policy() {
            return ReleaseTest.policy(level, "{ id: hit, " + rule + " }");
        }

        @Override
        public String toString() {
            return reason + " by " + rule + " under " + level;
        }
    }

    static Stream<Held> held() {
        String out = "when: { direction: outbound }, then: ";
        String in = "when: { direction: inbound }, then: ";
        String missing = out + "{ onMissingCertificate: redirect }";
        Mail theirs = Mail.theirs("bob@out.example", "alice@example.com");
        Mail doubtful = alice().doubtful(EncryptionDoubt.SURROUNDED);
        Decision noCertificate = refused(Reason.NO_RECIPIENT_CERTIFICATE);
        return Stream.of(
                // What a rule says of its own
                new Held(NONE, out + "redirect", alice(), NO, Reason.POLICY_REFUSED, send(CLEAR)),
                new Held(STRICT, out + "redirect", alice(), YES, Reason.POLICY_REFUSED, send(ENCRYPTED)),
                new Held(STRICT, out + "redirect", alice(), NO, Reason.POLICY_REFUSED, noCertificate),
                // What mail lacks that comes in
                new Held(
                        NONE,
                        in + "{ onInvalidSignature: redirect }",
                        theirs.signed(Facts.Signature.INVALID),
                        NO,
                        Reason.INVALID_SIGNATURE,
                        DecisionTable.open(KEPT)),
                new Held(
                        NONE,
                        in + "{ requireSigned: true, onUnsigned: redirect }",
                        theirs,
                        NO,
                        Reason.SIGNATURE_REQUIRED,
                        DecisionTable.open(CLEAR)),
                new Held(
                        NONE,
                        in + "{ requireEncrypted: true, onUnencrypted: redirect }",
                        theirs,
                        NO,
                        Reason.ENCRYPTION_REQUIRED,
                        DecisionTable.open(CLEAR)),
                new Held(
                        NONE,
                        in + "{ onSuspicious: redirect }",
                        theirs.opened(Optional.of(Facts.Suspicion.CUT_HEADER)),
                        YES,
                        Reason.CONTENT_SUSPICIOUS,
                        DecisionTable.open(KEPT)),
                new Held(
                        NONE,
                        in + "{ onUnauthenticated: redirect }",
                        theirs.opened(Optional.empty()),
                        YES,
                        Reason.CONTENT_UNAUTHENTICATED,
                        DecisionTable.open(KEPT)),
                // What our own users' mail must be
                new Held(
                        STRICT,
                        out + "{ onWeakProtection: redirect }",
                        alice().encrypted().cipher(EncryptionAlgorithm.TRIPLE_DES),
                        YES,
                        Reason.SENDER_PROTECTION_WEAK,
                        refused(Reason.SENDER_PROTECTION_WEAK)),
                new Held(
                        FREE,
                        out + "{ onWeakProtection: redirect }",
                        alice().encrypted().cipher(EncryptionAlgorithm.TRIPLE_DES),
                        YES,
                        Reason.SENDER_PROTECTION_WEAK,
                        send(KEPT)),
                new Held(FREE, missing, alice(), NO, Reason.NO_RECIPIENT_CERTIFICATE, send(CLEAR)),
                new Held(STRICT, missing, alice(), NO, Reason.NO_RECIPIENT_CERTIFICATE, noCertificate),
                new Held(
                        FREE,
                        out + "{ encrypt: required, onMissingCertificate: redirect }",
                        alice(),
                        NO,
                        Reason.NO_RECIPIENT_CERTIFICATE,
                        noCertificate),
                new Held(
                        FREE,
                        out + "{ onWeakProtection: redirect }",
                        doubtful,
                        YES,
                        Reason.ENCRYPTION_DOUBTFUL,
                        send(KEPT)),
                new Held(
                        STRICT,
                        out + "{ onWeakProtection: redirect }",
                        doubtful,
                        YES,
                        Reason.ENCRYPTION_DOUBTFUL,
                        heldAgain(Reason.ENCRYPTION_DOUBTFUL, "hit")),
                new Held(
                        NONE,
                        out + "{ encrypt: ifPossible, onLookupFailure: redirect }",
                        alice(),
                        DOWN,
                        Reason.CERTIFICATE_LOOKUP_FAILED,
                        send(CLEAR)),
                new Held(
                        STRICT,
                        out + "{ onLookupFailure: redirect }",
                        alice(),
                        DOWN,
                        Reason.CERTIFICATE_LOOKUP_FAILED,
                        new Decision.Defer(Reason.CERTIFICATE_LOOKUP_FAILED)),
                // Automatic mail that no rule names
                new Held(
                        FREE,
                        out + "{ encrypt: required }",
                        alice().kind(Facts.Kind.AUTO_REPLY),
                        NO,
                        Reason.NO_RECIPIENT_CERTIFICATE,
                        heldAgain(Reason.NO_RECIPIENT_CERTIFICATE, "hit")),
                new Held(
                        FREE,
                        out + "mailboxPolicy",
                        alice().kind(Facts.Kind.AUTO_REPLY),
                        NO,
                        Reason.NO_RECIPIENT_CERTIFICATE,
                        send(CLEAR)));
    }

    @ParameterizedTest
    @MethodSource("held")
    void itIsHeldAndThenReleased(Held held) {
        Ruling first = decide(held.policy(), held.mail, held.certificate);
        assertThat(first.decision()).isEqualTo(DecisionTable.redirect(held.reason));
        assertThat(first.explanation().rule()).isEqualTo("hit");

        Ruling then = decide(held.policy().releasing(held.reason, _ -> "hit"), held.mail, held.certificate);

        assertThat(then.decision()).isEqualTo(held.then);
        assertThat(then.explanation().steps().getFirst()).startsWith("released: rule hit ");
        assertThat(then.notice()).isEmpty();
    }

    /** A certificate that came since then is used, whatever was lifted. */
    @Test
    void aCertificateThatIsKnownByNowIsUsed() {
        RuleSet policy =
                policy(FREE, "{ id: hit, when: { direction: outbound }, then: { onMissingCertificate: redirect } }");
        assertThat(decide(policy.releasing(Reason.NO_RECIPIENT_CERTIFICATE, _ -> "hit"), alice(), YES)
                        .decision())
                .isEqualTo(send(ENCRYPTED));
    }

    @Test
    void everyOtherReasonStillHoldsItAndIsNamed() {
        RuleSet policy = policy(
                NONE,
                "{ id: one, when: { subject: '[x]' }, then: redirect }",
                "{ id: two, when: { direction: outbound }, then: redirect }");
        Mail mail = alice().header("Subject", "[x]");

        Ruling ruling = decide(policy.releasing(Reason.POLICY_REFUSED, _ -> "one"), mail, NO);

        assertThat(ruling.decision()).isEqualTo(heldAgain(Reason.POLICY_REFUSED, "two"));
        assertThat(ruling.explanation().rule()).isEqualTo("two");
        assertThat(ruling.clearPermit()).isEmpty();
        assertThat(decide(policy.releasing(Reason.SIGNATURE_REQUIRED, _ -> "two"), alice(), NO)
                        .decision())
                .isEqualTo(heldAgain(Reason.POLICY_REFUSED, "two"));
    }

    @Test
    void whatHasChangedSinceThenIsNotLifted() {
        RuleSet gone = policy(STRICT);
        Ruling ruling = decide(gone.releasing(Reason.POLICY_REFUSED, _ -> "hit"), alice(), NO);
        assertThat(ruling.decision()).isEqualTo(refused(Reason.NO_RECIPIENT_CERTIFICATE));
        assertThat(ruling.explanation().steps().getFirst()).isEqualTo(NOTHING_LIFTED);

        for (String now : List.of(
                "{ sign: required }",
                "reject",
                "{ encrypt: ifPossible, onMissingCertificate: reject }",
                "{ encrypt: required }")) {
            RuleSet other = policy(NONE, "{ id: hit, when: { direction: outbound }, then: " + now + " }");
            Ruling then = decide(other.releasing(Reason.POLICY_REFUSED, _ -> "hit"), alice(), NO);
            assertThat(then.decision()).isEqualTo(decide(other, alice(), NO).decision());
            assertThat(then.explanation().steps().getFirst()).isEqualTo(NOTHING_LIFTED);
        }
    }

    /** The same rule holds it back more strictly by now, so somebody who knew the old one has not released it. */
    @Test
    void aRuleThatRefusesByNowIsNotLifted() {
        RuleSet now = policy(
                FREE,
                "{ id: hit, when: { direction: outbound }, then: { encrypt: ifPossible, onMissingCertificate: reject } }");
        assertThat(decide(now.releasing(Reason.NO_RECIPIENT_CERTIFICATE, _ -> "hit"), alice(), NO)
                        .decision())
                .isEqualTo(refused(Reason.NO_RECIPIENT_CERTIFICATE));
        RuleSet signed = policy(
                NONE, "{ id: hit, when: { direction: inbound }, then: { requireSigned: true, onUnsigned: reject } }");
        assertThat(decide(
                                signed.releasing(Reason.SIGNATURE_REQUIRED, _ -> "hit"),
                                Mail.theirs("bob@out.example", "alice@example.com"),
                                NO)
                        .decision())
                .isEqualTo(refused(Reason.SIGNATURE_REQUIRED));
    }

    /** The last rule is for everything. Without it, nothing would demand what the mailbox policies do. */
    @Test
    void behindTheLastRuleTheMailboxPoliciesCount() {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                quarantine: hold@example.com
                mailboxPolicies: { default: { RequireEncryptedSMIMEMessages: true } }
                rules: [{ id: all, when: always, then: redirect }]
                """).releasing(Reason.POLICY_REFUSED, _ -> "all");

        assertThat(decide(policy, alice(), YES).decision()).isEqualTo(send(ENCRYPTED));
        assertThat(decide(policy, alice(), NO).decision()).isEqualTo(refused(Reason.NO_RECIPIENT_CERTIFICATE));
    }

    /** Who comes from outside with an address of ours is not signed for, although the rule is lifted. */
    @Test
    void itIsNotSignedBecauseItIsReleased() {
        RuleSet policy =
                policy("{ RequireSignedSMIMEMessages: true }", "{ id: hit, when: { subject: '[x]' }, then: redirect }");
        Mail forged = Mail.theirs("alice@example.com", "carol@example.com").header("Subject", "[x]");
        RuleSet released = policy.releasing(Reason.POLICY_REFUSED, _ -> "hit");

        assertThat(decide(policy, forged, NO).decision()).isEqualTo(DecisionTable.redirect(Reason.POLICY_REFUSED));
        assertThat(decide(released, forged, NO).decision()).isEqualTo(DecisionTable.open(CLEAR));
        assertThat(decide(released, alice().header("Subject", "[x]"), NO).decision())
                .isEqualTo(send(SIGNED));
    }

    /** Each recipient may have been held by another rule. */
    @Test
    void eachRecipientHasARuleOfTheirOwn() {
        RuleSet policy = policy(
                NONE,
                "{ id: one, when: { recipient: bob@out.example }, then: redirect }",
                "{ id: two, when: { recipient: carl@out.example }, then: redirect }");
        RuleSet released = policy.releasing(
                Reason.POLICY_REFUSED, recipient -> recipient.toString().startsWith("bob") ? "one" : "two");

        for (String recipient : List.of("bob@out.example", "carl@out.example")) {
            assertThat(decide(released, Mail.ours("alice@example.com", recipient), NO)
                            .decision())
                    .isEqualTo(send(CLEAR));
        }
    }

    private static Mail alice() {
        return Mail.ours("alice@example.com", "bob@out.example");
    }

    private static Ruling decide(RuleSet policy, Mail mail, Fact certificate) {
        return policy.decide(mail.facts(), new FakeDirectory(certificate, YES));
    }

    private static RuleSet policy(String level, String... rules) {
        StringBuilder yaml = new StringBuilder("""
                version: 1
                internal: [example.com]
                quarantine: hold@example.com
                mailboxPolicies: { default: %s }
                rules:
                """.formatted(level));
        for (String rule : rules) {
            yaml.append("  - ").append(rule).append('\n');
        }
        return Policies.load(yaml + "  - { id: rest, when: always, then: mailboxPolicy }\n");
    }

    private static Decision send(Protection protection) {
        return DecisionTable.send(protection);
    }

    private static Decision refused(Reason reason) {
        return DecisionTable.reject(reason);
    }

    private static Decision heldAgain(Reason reason, String rule) {
        return new Decision.Reject(
                Reason.RELEASE_REFUSED,
                Optional.of(RefusalText.line("Not released: it would be held again, " + reason + " by rule " + rule)),
                false);
    }
}
