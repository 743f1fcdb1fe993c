package org.postseal.policy.rule;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.TextReadings;
import org.postseal.policy.outcome.HeaderChange;
import org.postseal.policy.settings.Settings;

/** A rule's {@code then}. Immutable. */
public sealed interface Action {
    /** The message is delivered, if what is asked can be done. */
    sealed interface Delivery extends Action {
        Protect asked();
    }

    /** Leave it to the sender's mailbox policy, or open and verify what comes in. */
    record ByMailboxPolicy() implements Delivery {
        @Override
        public Protect asked() {
            return Protect.NOTHING;
        }
    }

    /**
     * Whether nothing that the rule decides about leaves readable; where it does not deliver, the levels are asked
     * alone.
     */
    default boolean demandsEncryption(Settings levels) {
        Optional<Demand> byRule =
                this instanceof Delivery delivery ? delivery.asked().encrypt() : Optional.empty();
        return byRule.equals(Optional.of(Demand.REQUIRED))
                || (levels.encrypted().value()
                        && (byRule.isEmpty() || levels.encrypted().forbids(false)));
    }

    /** The texts of a header field that must pass the conditions in the rule's {@code when}. */
    default TextReadings readings() {
        return switch (this) {
            case Reject _, Redirect _ -> TextReadings.ANY_OR_UNKNOWN;
            case Defer _, ByMailboxPolicy _ -> TextReadings.ANY;
            case Protect protect ->
                protect.encrypt().filter(Demand.REQUIRED::equals).isPresent()
                        ? TextReadings.ANY_OR_UNKNOWN
                        : TextReadings.ANY;
        };
    }

    /** With a text of its own, or that of the reason. */
    record Reject(Optional<String> text) implements Action {}

    /** With a text of its own, or that of the reason. */
    record Defer(Optional<String> text) implements Action {}

    record Redirect(MailAddress quarantine) implements Action {}

    /**
     * What the rule asks over the mailbox policy; each only where it says so.
     *
     * @param decrypt false for {@code never}
     * @param verify false for {@code never}
     * @param onMissingCertificate without it, refused where encryption is required, else sent without
     */
    record Protect(
            Optional<Demand> sign,
            Optional<Demand> encrypt,
            Optional<Boolean> decrypt,
            Optional<Boolean> verify,
            Optional<OnFailure> onMissingCertificate,
            OnFailure onLookupFailure,
            Optional<OnFailure> onInvalidSignature,
            Optional<OnFailure> onWeakProtection,
            Settings.OfRule settings,
            Inbound inbound,
            HeaderEdits header)
            implements Delivery {
        /** Nothing is asked over the mailbox policy. */
        public static final Protect NOTHING = new Protect(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new OnFailure.TryLater(),
                Optional.empty(),
                Optional.empty(),
                Settings.OfRule.NONE,
                Inbound.NOTHING,
                HeaderEdits.NONE);

        @Override
        public Protect asked() {
            return this;
        }

        /** What it asks of encryption, and nothing else. */
        public Protect encryptionOnly() {
            return new Protect(
                    Optional.empty(),
                    encrypt.filter(Demand.REQUIRED::equals),
                    Optional.of(false),
                    Optional.of(false),
                    Optional.empty(),
                    new OnFailure.TryLater(),
                    Optional.empty(),
                    Optional.empty(),
                    settings,
                    Inbound.NOTHING,
                    HeaderEdits.NONE);
        }

        /**
         * What it asks where another rule requires encryption: nothing leaves readable, and nothing that protects less.
         *
         * @param required what counts by that rule
         */
        public Protect bound(Settings required) {
            return new Protect(
                    sign,
                    Optional.of(Demand.REQUIRED),
                    decrypt,
                    verify,
                    onMissingCertificate.filter(outcome -> !(outcome instanceof OnFailure.SendSigned)),
                    onLookupFailure,
                    onInvalidSignature,
                    onWeakProtection.filter(outcome -> !(outcome instanceof OnFailure.DeliverAnyway)),
                    settings.noWeakerThan(required),
                    inbound,
                    header);
        }
    }

    /**
     * What is asked of mail that comes in.
     *
     * @param onUnsigned present where a valid signature is required
     * @param onUnencrypted present where it must come encrypted
     * @param onUnauthenticated for what was opened and might have been changed on its way; delivered without it
     * @param onSuspicious for what was opened and looks as if it had been; without it to the quarantine, or where
     *     there is none left closed
     * @param strip a valid signature is taken off
     */
    record Inbound(
            Optional<OnFailure> onUnsigned,
            Optional<OnFailure> onUnencrypted,
            Optional<OnFailure> onUnauthenticated,
            Optional<OnFailure> onSuspicious,
            boolean strip) {
        static final Inbound NOTHING =
                new Inbound(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    /**
     * Changes of the outer header section.
     *
     * @param tags of the Subject by verdict
     */
    record HeaderEdits(List<HeaderChange> changes, Map<Facts.Signature, String> tags) {
        static final HeaderEdits NONE = new HeaderEdits(List.of(), Map.of());
    }

    /** How much a rule wants a signature or encryption. */
    enum Demand {
        REQUIRED,
        IF_POSSIBLE,
        NEVER
    }

    /** What to do with a message that fails a demand. */
    sealed interface OnFailure {
        record Refuse() implements OnFailure {}

        /** Only for a missing certificate: no recipient gets it. */
        record RefuseAll() implements OnFailure {}

        record TryLater() implements OnFailure {}

        record SendTo(MailAddress quarantine) implements OnFailure {}

        /**
         * Where nothing is required: an invalid signature, a look-up that failed or a missing certificate with
         * optional encryption, an unmet demand that only marks.
         */
        record DeliverAnyway() implements OnFailure {}

        /** Only for what might have been changed on its way: delivered as it came, not opened. */
        record LeaveClosed() implements OnFailure {}

        /** Only for a missing certificate, where no level requires encryption: signed and readable. */
        record SendSigned() implements OnFailure {}
    }
}
