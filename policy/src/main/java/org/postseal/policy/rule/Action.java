package org.postseal.policy.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.TextReadings;
import org.postseal.policy.outcome.HeaderChange;
import org.postseal.policy.outcome.RefusalText;
import org.postseal.policy.settings.Settings;

/** A rule's {@code then}. Immutable. */
public sealed interface Action {
    /** Delivers the message, if the gateway can do what the rule asks. */
    sealed interface Delivery extends Action {}

    /** Leaves the message to the sender's mailbox policy; incoming mail is opened and verified. */
    record ByMailboxPolicy() implements Delivery {}

    /** Returns what the rule demands beyond the mailbox policy; nothing if it does not deliver. */
    default Protect asked() {
        return Protect.NOTHING;
    }

    /**
     * Returns true if all mail that the rule decides about must leave encrypted. If the rule does not deliver, only the
     * levels count.
     */
    default boolean demandsEncryption(Settings levels) {
        Optional<Demand> byRule =
                this instanceof Delivery delivery ? delivery.asked().encrypt() : Optional.empty();
        return byRule.equals(Optional.of(Demand.REQUIRED))
                || (levels.encrypted().value()
                        && (byRule.isEmpty() || levels.encrypted().forbids(false)));
    }

    /**
     * Returns which readings of a header field, of the author and of the content must pass the conditions in the rule's
     * {@code when}.
     */
    default TextReadings readings() {
        return switch (this) {
            case Reject _, Redirect _ -> TextReadings.ANY_OR_UNKNOWN;
            case Defer _, ByMailboxPolicy _ -> TextReadings.ANY;
            case Protect protect -> protect.isDemanding() ? TextReadings.ANY_OR_UNKNOWN : TextReadings.ANY;
        };
    }

    /** Refuses with the rule's own text, or with the text of the reason. */
    record Reject(Optional<RefusalText> text) implements Action {}

    /** Defers with the rule's own text, or with the text of the reason. */
    record Defer(Optional<RefusalText> text) implements Action {}

    record Redirect(MailAddress quarantine) implements Action {}

    /**
     * The rule's demands beyond the mailbox policy. A demand that the rule does not make is empty.
     *
     * @param decrypt false for {@code never}
     * @param verify false for {@code never}
     * @param onMissingCertificate if empty, the message is refused where encryption is required, and otherwise sent
     *     without encryption
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
        /** Demands nothing beyond the mailbox policy. */
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

        /** Returns true if mail must leave or come encrypted or signed. */
        public boolean isDemanding() {
            return requiresEncryption()
                    || sign.filter(Demand.REQUIRED::equals).isPresent()
                    || inbound.onUnsigned().isPresent()
                    || inbound.onUnencrypted().isPresent();
        }

        public boolean requiresEncryption() {
            return encrypt.filter(Demand.REQUIRED::equals).isPresent();
        }

        /** Returns the demands about encryption only. */
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
         * Returns the demands for mail that another rule requires to be encrypted: nothing leaves readable, and no
         * setting protects less.
         *
         * @param required the settings of the rule that requires encryption
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
     * The demands on incoming mail.
     *
     * @param onUnsigned present if a valid signature is required
     * @param onUnencrypted present if the mail must come encrypted
     * @param onUnauthenticated for opened content that may have been changed on its way; if empty, it is delivered
     * @param onSuspicious for content that looks as if it had been changed, or that a key of the recipient does not
     *     open; if empty, it stays closed
     * @param strip whether a valid signature is taken off
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
     * @param changes in their order, those of a Subject tag excepted
     * @param tags of the Subject, by verdict
     */
    record HeaderEdits(List<HeaderChange> changes, Map<Facts.Signature, String> tags) {
        public static final HeaderEdits NONE = new HeaderEdits(List.of(), Map.of());

        /** Returns each tag once. */
        public List<String> ownTags() {
            return tags.values().stream().distinct().sorted().toList();
        }

        /** Returns the names of the fields that are added, in lower case. */
        Stream<String> ownFields() {
            return changes.stream()
                    .flatMap(change ->
                            change instanceof HeaderChange.Add(String name, var _) ? Stream.of(name) : Stream.empty())
                    .map(name -> name.toLowerCase(Locale.ROOT));
        }

        /**
         * Returns the changes of a message with this verdict.
         *
         * @param forged tags to take out of the Subject
         * @param removed fields to remove first
         */
        public List<HeaderChange> of(Facts.Signature verdict, List<String> forged, List<HeaderChange> removed) {
            if (forged.isEmpty() && removed.isEmpty()) {
                return changes;
            }
            List<HeaderChange> all = new ArrayList<>(removed);
            all.addAll(changes);
            if (!forged.isEmpty()) {
                all.add(new HeaderChange.TagSubject(tags.getOrDefault(verdict, ""), forged));
            }
            return List.copyOf(all);
        }
    }

    /** How strongly a rule demands a signature or encryption. */
    enum Demand {
        REQUIRED,
        IF_POSSIBLE,
        NEVER
    }

    /** The action for a message that fails a demand. */
    sealed interface OnFailure {
        /** Refuses with the rule's own text, or with the text of the reason. */
        record Refuse(Optional<RefusalText> text) implements OnFailure {
            public Refuse() {
                this(Optional.empty());
            }
        }

        /** Refuses the message for all recipients; only for a missing certificate. */
        record RefuseAll(Optional<RefusalText> text) implements OnFailure {
            public RefuseAll() {
                this(Optional.empty());
            }
        }

        /** Defers with the rule's own text, or with the text of the reason. */
        record TryLater(Optional<RefusalText> text) implements OnFailure {
            public TryLater() {
                this(Optional.empty());
            }
        }

        record SendTo(MailAddress quarantine) implements OnFailure {}

        /**
         * Delivers although the demand is not met. It is for an invalid signature, for a sender's protection that is
         * weaker than demanded, for a look-up that failed or a missing certificate if encryption is optional, for
         * opened content that may have been changed, and for an unmet demand that only marks the message.
         */
        record DeliverAnyway() implements OnFailure {}

        /**
         * Delivers the message as it came and does not open it; only for content that may have been changed on its way.
         */
        record LeaveClosed() implements OnFailure {}

        /**
         * Sends the message signed and readable. It is only for a missing certificate, and only if every level that
         * requires encryption lets others weaken that.
         */
        record SendSigned() implements OnFailure {}
    }
}
