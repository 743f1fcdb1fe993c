package org.postseal.policy.deciding;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.DirectoryFacts.Match;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Action.Demand;
import org.postseal.policy.rule.Action.OnFailure;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.Requirement;
import org.postseal.policy.settings.SenderEncryption;
import org.postseal.policy.settings.Settings;

/**
 * Judges whether the encryption that a message came with meets the demand to encrypt: a ciphertext alone does not say
 * who reads it. It asks for certificates only if the outcome depends on the answer. Used once.
 */
final class AcceptedEncryption {
    private final Facts facts;
    private final DirectoryFacts directory;
    private final Steps steps;
    private @Nullable Match known;

    AcceptedEncryption(Facts facts, DirectoryFacts directory, Steps steps) {
        this.facts = facts;
        this.directory = directory;
        this.steps = steps;
    }

    /** Returns the decision against an encrypted message whose encryption does not count; empty if it counts. */
    Optional<Decision> judge(Demand demand, Direction direction, Settings settings, Action.Protect asked) {
        Optional<EncryptionDoubt> doubt = facts.existing().doubt();
        if (demand != Demand.REQUIRED) {
            doubt.ifPresent(why -> steps.add(DOUBTFUL + why.text() + "; it need not meet a demand to encrypt"));
            return Optional.empty();
        }
        if (doubt.isPresent()) {
            boolean isOfAlgorithm = doubt.get() == EncryptionDoubt.CIPHER_UNKNOWN;
            return Optional.of(refuse(
                    asked,
                    isOfAlgorithm ? Reason.ALGORITHM_NOT_ALLOWED : Reason.ENCRYPTION_DOUBTFUL,
                    DOUBTFUL + doubt.get().text()));
        }
        Requirement<SenderEncryption> by = settings.of(MailboxParameter.SENDER_ENCRYPTION);
        return switch (by.value()) {
            case NEVER ->
                Optional.of(refuse(
                        asked,
                        Reason.SENDER_ENCRYPTION_REFUSED,
                        by.from() + " takes no encryption of the sender's own"));
            case STRUCTURE -> {
                steps.add("the sender's encryption counts, whoever it is for: " + by.from() + " asks for no more");
                yield Optional.empty();
            }
            case FOR_RECIPIENT ->
                forRecipient(direction, new AddedProtection(facts, directory, false, settings, asked, steps), asked);
        };
    }

    private Optional<Decision> forRecipient(Direction direction, AddedProtection added, Action.Protect asked) {
        return switch (match()) {
            case Match.ByCertificate _ -> {
                steps.add("the sender's encryption is for a certificate of " + facts.recipient());
                yield Optional.empty();
            }
            case Match.ByKey _
            when direction == Direction.INBOUND -> {
                steps.add("the sender's encryption is for a key of " + facts.recipient());
                yield Optional.empty();
            }
            case Match.ByKey _, Match.ByNone _ -> Optional.of(refuse(asked, Reason.ENCRYPTED_FOR_OTHERS, forOthers()));
            case Match.NotKnown(CertificateStatus status) -> Optional.of(added.unreadable(status.text()));
            case Match.LookupFailed(String why) -> Optional.of(added.notLookedUp(why));
        };
    }

    /** The result for the encryption of incoming mail. */
    sealed interface Incoming {
        record Met() implements Incoming {}

        record Unmet(String why) implements Incoming {}

        /** The answer is not known now: a temporary failure. */
        record NotKnown(String why) implements Incoming {}
    }

    /**
     * Tells whether incoming mail came encrypted, as a rule demands. The answer depends on how the mail came and on the
     * certificates and keys that are known, and never on what a key has opened.
     */
    Incoming incoming(Settings settings) {
        Facts.Existing existing = facts.existing();
        if (existing.encryption() == Facts.Encryption.NONE) {
            return new Incoming.Unmet("it did not");
        }
        if (existing.doubt().isPresent()) {
            return new Incoming.Unmet(DOUBTFUL + existing.doubt().get().text());
        }
        if (settings.value(MailboxParameter.SENDER_ENCRYPTION) == SenderEncryption.STRUCTURE) {
            return new Incoming.Met();
        }
        return switch (match()) {
            case Match.ByCertificate _, Match.ByKey _ -> new Incoming.Met();
            case Match.ByNone _ -> new Incoming.Unmet(forOthers());
            case Match.NotKnown(CertificateStatus status) ->
                new Incoming.Unmet(
                        "no certificate of " + facts.recipient() + " is known that it could be for: " + status.text());
            case Match.LookupFailed(String why) -> new Incoming.NotKnown(why);
        };
    }

    // An unreadable copy in the quarantine is better than a lost one, so onWeakProtection may send it there. Its value
    // deliver does not count here, because it would undo the demand.
    private Decision refuse(Action.Protect asked, Reason reason, String why) {
        OnFailure outcome = asked.onWeakProtection().orElse(new OnFailure.Refuse());
        if (outcome instanceof OnFailure.SendTo(MailAddress address)) {
            return steps.redirect(address, reason, why);
        }
        return outcome instanceof OnFailure.Refuse(var text)
                ? steps.refuse(reason, text, false, why)
                : steps.refuse(reason, why);
    }

    private Match match() {
        Match match = known == null ? directory.ciphertextMatch() : known;
        known = match;
        return match;
    }

    private String forOthers() {
        return "the sender's encryption is for no usable certificate of " + facts.recipient();
    }

    private static final String DOUBTFUL = "the sender's encryption is doubtful: ";
}
