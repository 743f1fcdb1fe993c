package org.postseal.policy.deciding;

import java.util.Optional;
import java.util.function.Supplier;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Action.Demand;
import org.postseal.policy.rule.Action.OnFailure;
import org.postseal.policy.settings.Enforcement;
import org.postseal.policy.settings.Requirement;
import org.postseal.policy.settings.Settings;

/**
 * Judges the protection that a message came with: whether it may pass, and whether it meets the demand. Used once.
 *
 * <p>No reply may tell what only a key of ours opened: an attacker who sends altered ciphertext and gets such a reply
 * has a padding oracle (RFC 8551 §6); with CBC, each refusal says that the padding was right. So an objection to the
 * inside of an encrypted message is never answered with a refusal, whether or not the message was opened.
 */
final class ExistingProtection {
    private final Facts facts;
    private final Optional<MailAddress> quarantine;
    private final Steps steps;

    ExistingProtection(Facts facts, Optional<MailAddress> quarantine, Steps steps) {
        this.facts = facts;
        this.quarantine = quarantine;
        this.steps = steps;
    }

    /**
     * Returns the decision against a message whose signature is invalid, or does not mean the same to all who read it.
     */
    Optional<Decision> judgeSignature(Demand sign, Action.Protect asked) {
        boolean isDemanded = sign == Demand.REQUIRED && facts.content() == Facts.Content.SIGNED;
        if (isDemanded && facts.existing().isAmbiguous()) {
            return Optional.of(steps.refuse(
                    Reason.STRUCTURE_AMBIGUOUS,
                    "nobody can check the sender's signature, or mail programs may disagree what it covers"));
        }
        if (facts.signature() != Facts.Signature.INVALID) {
            return Optional.empty();
        }
        // A broken signature is no signature: it cannot stand for the required one, and no second one may be put over
        // it.
        OnFailure outcome =
                asked.onInvalidSignature().orElse(isDemanded ? new OnFailure.Refuse() : new OnFailure.DeliverAnyway());
        String found = "the signature of the message is not valid";
        if (isEncrypted() && isTold(outcome)) {
            steps.add(found
                    + ", but was found under encryption and no reply may tell that: delivered, never as unsigned");
            return Optional.empty();
        }
        Optional<Decision> decision = decide(outcome, Reason.INVALID_SIGNATURE, Reason.POLICY_DEFERRED, found);
        if (decision.isEmpty()) {
            steps.add(found + ": delivered, never as unsigned");
        }
        return decision;
    }

    /**
     * Returns the decision against incoming mail that does not meet a rule's demands, or whose opened content may have
     * been changed.
     */
    Optional<Decision> judgeIncoming(Action.Inbound asked) {
        Optional<Facts.Suspicion> suspicion = facts.existing().suspicion();
        if (suspicion.isPresent() && onSuspicious(asked) instanceof OnFailure.SendTo(MailAddress address)) {
            return Optional.of(steps.redirect(address, Reason.CONTENT_SUSPICIOUS, said(suspicion.get())));
        }
        if (facts.existing().isUnauthenticated()
                && asked.onUnauthenticated().orElse(new OnFailure.DeliverAnyway())
                        instanceof OnFailure.SendTo(MailAddress address)) {
            return Optional.of(steps.redirect(
                    address,
                    Reason.CONTENT_UNAUTHENTICATED,
                    isNotOpened()
                            ? Facts.Suspicion.NOT_OPENED.text()
                            : "it was decrypted, and nothing says that nobody changed it on its way"));
        }
        if (asked.onUnsigned().isEmpty() || facts.signature() == Facts.Signature.VALID) {
            return Optional.empty();
        }
        String found = "the rule requires a valid signature, and there is none";
        OnFailure outcome = asked.onUnsigned().get();
        if (isEncrypted() && isTold(outcome)) {
            steps.add(found + ", but the message came encrypted and no reply may tell what is in it");
            return quarantine.map(address -> steps.redirect(address, Reason.SIGNATURE_REQUIRED, found));
        }
        Optional<Decision> decision = decide(outcome, Reason.SIGNATURE_REQUIRED, Reason.DEMAND_AWAITED, found);
        if (decision.isEmpty()) {
            steps.add(found + ": delivered all the same");
        }
        return decision;
    }

    /**
     * Returns the decision against incoming mail that must have a valid signature, and whose encryption is doubtful:
     * some mail programs show what stands outside it, which nobody has signed. It comes before any look under the
     * encryption, so it may be told.
     */
    Optional<Decision> judgeDoubtful(Action.Inbound asked) {
        return facts.existing()
                .doubt()
                .flatMap(_ -> asked.onUnsigned())
                .flatMap(outcome -> decide(
                        outcome,
                        Reason.SIGNATURE_REQUIRED,
                        Reason.DEMAND_AWAITED,
                        "the rule requires a valid signature, and some mail programs may show the message as one that"
                                + " did not come encrypted"));
    }

    /**
     * Returns the decision against incoming mail that must come encrypted and does not. It comes before any look under
     * the encryption.
     */
    Optional<Decision> judgeUnencrypted(Action.Inbound asked, Supplier<AcceptedEncryption.Incoming> encryption) {
        return asked.onUnencrypted().flatMap(outcome -> judgeUnencrypted(outcome, encryption.get()));
    }

    private Optional<Decision> judgeUnencrypted(OnFailure outcome, AcceptedEncryption.Incoming encryption) {
        String demand = "the rule requires that mail comes encrypted, and ";
        return switch (encryption) {
            case AcceptedEncryption.Incoming.Met _ -> Optional.empty();
            case AcceptedEncryption.Incoming.Unmet(String why) -> {
                Optional<Decision> decision =
                        decide(outcome, Reason.ENCRYPTION_REQUIRED, Reason.DEMAND_AWAITED, demand + why);
                if (decision.isEmpty()) {
                    steps.add(demand + why + ": delivered all the same");
                }
                yield decision;
            }
            case AcceptedEncryption.Incoming.NotKnown(String why) -> {
                if (outcome instanceof OnFailure.DeliverAnyway) {
                    steps.add(demand + "whether it did is not known: " + why + ": delivered all the same");
                    yield Optional.empty();
                }
                yield Optional.of(steps.tryLater(Reason.CERTIFICATE_LOOKUP_FAILED, why));
            }
        };
    }

    /** Tells why a message that would be opened stays closed; empty if it does not. */
    Optional<String> whyClosed(Action.Inbound asked) {
        Optional<Facts.Suspicion> suspicion = facts.existing().suspicion();
        if (isNotOpened()) {
            return Optional.empty();
        }
        // Only incoming mail is redirected for this, but other mail is no safer to read.
        if (suspicion.isPresent() && !(onSuspicious(asked) instanceof OnFailure.DeliverAnyway)) {
            steps.leaveClosed(Handling.Closed.SUSPICIOUS);
            return suspicion.map(ExistingProtection::said);
        }
        boolean isUnwanted = facts.existing().isUnauthenticated()
                && asked.onUnauthenticated()
                        .filter(OnFailure.LeaveClosed.class::isInstance)
                        .isPresent();
        if (isUnwanted) {
            steps.leaveClosed(Handling.Closed.UNAUTHENTICATED);
        }
        return isUnwanted ? Optional.of("nothing says that nobody changed it on its way") : Optional.empty();
    }

    /**
     * Closed mail reaches the recipient as other mail does. If it went elsewhere, whatever answers the sender there,
     * such as a bounce or an absence notice, would tell that it was not opened for the usual reason.
     */
    private static OnFailure onSuspicious(Action.Inbound asked) {
        return asked.onSuspicious().orElseGet(OnFailure.LeaveClosed::new);
    }

    /** Returns the decision against a message whose own encryption is weaker than demanded. */
    Optional<Decision> judgeEncryption(Demand demand, Settings levels, Settings settings, Action.Protect asked) {
        Optional<EncryptionAlgorithm> cipher = facts.existing().cipher();
        if (demand == Demand.NEVER
                || !isWeak(
                        cipher, settings.encryptionAlgorithm(), EncryptionAlgorithm.AES128, settings.enforcement())) {
            return Optional.empty();
        }
        boolean isFixed = levels.encrypted().forbids(false)
                && isWeak(cipher, levels.encryptionAlgorithm(), EncryptionAlgorithm.AES128, levels.enforcement());
        return judgeWeak(
                demand,
                isFixed,
                asked,
                "the sender's encryption, "
                        + cipher.map(EncryptionAlgorithm::word).orElse("of another algorithm")
                        + ", is not what is asked: "
                        + settings.encryptionAlgorithm().value().word());
    }

    /** Returns the decision against a message whose own signature has a weaker digest than demanded. */
    Optional<Decision> judgeDigest(Demand demand, Settings levels, Settings settings, Action.Protect asked) {
        Optional<SignedAlgorithm> digest = facts.existing().digest();
        if (demand == Demand.NEVER
                || !isWeak(digest, settings.signedAlgorithm(), SignedAlgorithm.SHA256, settings.enforcement())) {
            return Optional.empty();
        }
        boolean isFixed = levels.signed().forbids(false)
                && isWeak(digest, levels.signedAlgorithm(), SignedAlgorithm.SHA256, levels.enforcement());
        return judgeWeak(
                demand,
                isFixed,
                asked,
                "the sender's signature, with " + digest.map(Enum::name).orElse("another digest")
                        + ", is not what is asked: "
                        + settings.signedAlgorithm().value());
    }

    private Optional<Decision> judgeWeak(Demand demand, boolean isFixed, Action.Protect asked, String found) {
        OnFailure wanted = asked.onWeakProtection()
                .orElse(demand == Demand.REQUIRED ? new OnFailure.Refuse() : new OnFailure.DeliverAnyway());
        boolean isWeakening = wanted instanceof OnFailure.DeliverAnyway && demand == Demand.REQUIRED && isFixed;
        Optional<Decision> decision = decide(
                isWeakening ? new OnFailure.Refuse() : wanted,
                Reason.SENDER_PROTECTION_WEAK,
                Reason.POLICY_DEFERRED,
                found + (isWeakening ? "; the rule cannot weaken that: no mayWeaken for it" : ""));
        if (decision.isEmpty()) {
            steps.add(found + ": kept all the same");
        }
        return decision;
    }

    /**
     * If no level names an algorithm, the oldest one that is not out of date is enough. An unknown algorithm never is.
     */
    private static <T extends Comparable<T>> boolean isWeak(
            Optional<T> found, Requirement<T> wanted, T unlessNamed, Enforcement enforcement) {
        boolean isNamed = !wanted.from().isEmpty();
        T least = isNamed ? wanted.value() : unlessNamed;
        boolean isExact = isNamed && enforcement == Enforcement.EXACT;
        return found.filter(algorithm -> isExact ? algorithm.equals(least) : algorithm.compareTo(least) >= 0)
                .isEmpty();
    }

    /**
     * Turns a refusal or deferral that would tell what is under an encryption into a redirect, or into a delivery with
     * these changes if there is no quarantine.
     */
    Decision conceal(Decision decision, Direction direction, Decision.Changes changes) {
        Optional<Reason> reason = switch (decision) {
            case Decision.Reject(Reason why, var _, var _) -> Optional.of(why);
            case Decision.Defer(Reason why, var _) -> Optional.of(why);
            case Decision.Deliver _, Decision.Redirect _, Decision.Answer _ -> Optional.empty();
        };
        if (reason.isEmpty()) {
            return decision;
        }
        String why = "the matching rule depends on the encrypted content, and no reply may tell that";
        if (quarantine.isPresent()) {
            return steps.redirect(quarantine.get(), reason.get(), why);
        }
        steps.add("delivered: " + why);
        return new Decision.Deliver(concealed(direction), new Protection.Kept(), changes);
    }

    private Decision.Incoming concealed(Direction direction) {
        if (direction != Direction.INBOUND) {
            return Decision.Incoming.AS_RECEIVED;
        }
        if (facts.existing().suspicion().isEmpty() || isNotOpened()) {
            return Decision.Incoming.OPEN;
        }
        steps.leaveClosed(Handling.Closed.SUSPICIOUS);
        return Decision.Incoming.KEEP_CLOSED;
    }

    private Optional<Decision> decide(OnFailure outcome, Reason refused, Reason deferred, String why) {
        return switch (outcome) {
            case OnFailure.Refuse(var text) -> Optional.of(steps.refuse(refused, text, false, why));
            case OnFailure.RefuseAll _, OnFailure.SendSigned _ -> Optional.of(steps.refuse(refused, why));
            case OnFailure.TryLater(var text) -> Optional.of(steps.tryLater(deferred, text, why));
            case OnFailure.SendTo(MailAddress address) -> Optional.of(steps.redirect(address, refused, why));
            case OnFailure.DeliverAnyway _, OnFailure.LeaveClosed _ -> Optional.empty();
        };
    }

    private boolean isEncrypted() {
        return facts.content() == Facts.Content.ENCRYPTED;
    }

    private static boolean isTold(OnFailure outcome) {
        return outcome instanceof OnFailure.Refuse || outcome instanceof OnFailure.TryLater;
    }

    private boolean isNotOpened() {
        return facts.existing().suspicion().equals(Optional.of(Facts.Suspicion.NOT_OPENED));
    }

    private static String said(Facts.Suspicion sign) {
        return sign == Facts.Suspicion.NOT_OPENED
                ? sign.text()
                : "it was decrypted and looks changed on its way: " + sign.text();
    }
}
