package org.postseal.policy.deciding;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SigningSettings;
import org.postseal.policy.protection.SigningSettings.Signer;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Action.Demand;
import org.postseal.policy.rule.Action.OnFailure;
import org.postseal.policy.settings.FurtherReaders;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.Settings;
import org.postseal.policy.settings.SmimeParameter;

/**
 * Adds a signature and encryption to a message that has no encryption yet, or tells why it is not sent. It asks for
 * certificates and keys only if the outcome depends on the answer. Used once.
 */
final class AddedProtection {
    private final Facts facts;
    private final DirectoryFacts directory;
    private final boolean fromIsOurs;
    private final Settings settings;
    private final Action.Protect asked;
    private final Steps steps;

    AddedProtection(
            Facts facts,
            DirectoryFacts directory,
            boolean fromIsOurs,
            Settings settings,
            Action.Protect asked,
            Steps steps) {
        this.facts = facts;
        this.directory = directory;
        this.fromIsOurs = fromIsOurs;
        this.settings = settings;
        this.asked = asked;
        this.steps = steps;
    }

    /** The result of the demands to sign and to encrypt. */
    sealed interface Outcome {}

    record Chosen(Protection protection) implements Outcome {}

    record Stopped(Decision decision) implements Outcome {}

    /** Returns the protection of a message to which nothing is added. */
    static Protection none(Facts facts) {
        return switch (facts.content()) {
            case CLEAR, OTHER_CMS -> new Protection.Clear();
            case SIGNED, ENCRYPTED -> new Protection.Kept();
        };
    }

    Outcome of(Demand sign, Demand encrypt) {
        boolean signedBySender = facts.content() == Facts.Content.SIGNED;
        if (signedBySender && sign != Demand.NEVER) {
            steps.add("already signed by the sender: that signature stays and is the one asked for");
        }
        Attempt signing = signedBySender ? Attempt.NOT_MADE : signature().of(sign);
        if (signing instanceof Attempt.Failed(Decision decision)) {
            return new Stopped(decision);
        }
        Attempt encryption = encrypt(encrypt);
        if (encryption instanceof Attempt.Failed(Decision decision)) {
            return new Stopped(decision);
        }
        if (encryption instanceof Attempt.SignedInstead) {
            signing = signedInstead(signing, sign);
            if (signing instanceof Attempt.Failed(Decision decision)) {
                return new Stopped(decision);
            }
        }
        return new Chosen(protection(signing, encryption));
    }

    private Protection protection(Attempt signing, Attempt encryption) {
        if (encryption instanceof Attempt.Encrypted(EncryptionSettings chosen)) {
            if (!(signing instanceof Attempt.Signed(Signer signer))) {
                return new Protection.Encrypted(chosen);
            }
            return settings.smime().is(SmimeParameter.TRIPLE_WRAP)
                    ? new Protection.TripleWrapped(signingSettings(signer), chosen)
                    : new Protection.SignedAndEncrypted(signingSettings(signer), chosen);
        }
        return signing instanceof Attempt.Signed(Signer signer)
                ? new Protection.Signed(signingSettings(signer))
                : none(facts);
    }

    /** Many clients cannot answer an invitation that is signed opaque, so an invitation is always clear-signed. */
    private SigningSettings signingSettings(Signer signer) {
        SigningSettings signing = SigningChoice.of(settings).by(signer);
        return facts.message().traits().contains(Facts.Trait.CALENDAR) ? signing.inClear() : signing;
    }

    private AddedSignature signature() {
        return new AddedSignature(facts, directory, fromIsOurs, settings, steps);
    }

    private Attempt encrypt(Demand demand) {
        if (demand == Demand.NEVER) {
            return Attempt.NOT_MADE;
        }
        return switch (directory.recipientCertificate()) {
            case DirectoryFacts.Fact.Available recipient ->
                KeyRules.whyNot(settings, recipient.key())
                        .map(whyNot -> withoutCertificate(demand, whyNot))
                        .orElseGet(() -> encrypt(demand, recipient));
            case DirectoryFacts.Fact.NotUsable(var status) -> withoutCertificate(demand, status.text());
            case DirectoryFacts.Fact.LookupFailed(String why) ->
                lookupFailed(demand, asked.onLookupFailure(), CERTIFICATE_OF + facts.recipient() + ": " + why);
        };
    }

    private Attempt encrypt(Demand demand, DirectoryFacts.Fact.Available recipient) {
        return switch (AlgorithmChoice.of(settings, List.of(recipient))) {
            case AlgorithmChoice.Agreed alone ->
                settings.value(MailboxParameter.ENCRYPT_FOR).isEmpty()
                        ? encrypted(alone)
                        : encryptedForAll(demand, recipient);
            case AlgorithmChoice.NotAgreed(String why) ->
                demand == Demand.REQUIRED
                        ? new Attempt.Failed(notAgreed(asked.onMissingCertificate(), why))
                        : missingCertificate(demand, Reason.ALGORITHM_NOT_ALLOWED, why);
        };
    }

    // If a reader that encryptFor names cannot read the copy, the message is deferred: it leaves neither without that
    // reader nor in clear.
    private Attempt encryptedForAll(Demand demand, DirectoryFacts.Fact.Available recipient) {
        FurtherReaders wanted = settings.value(MailboxParameter.ENCRYPT_FOR);
        Optional<MailAddress> sender = facts.isWrittenHere() && fromIsOurs ? facts.from() : Optional.empty();
        return switch (new ReaderSearch(facts.recipient(), recipient, settings, directory).find(wanted, sender)) {
            case ReaderSearch.Result.Found(AlgorithmChoice.Agreed choice, Optional<String> unread) -> {
                Attempt attempt = encrypted(choice);
                unread.ifPresent(why -> steps.add("the sender cannot read it: " + why));
                yield attempt;
            }
            case ReaderSearch.Result.Missing(String why) ->
                new Attempt.Failed(steps.tryLater(Reason.READER_CERTIFICATE_MISSING, why));
            case ReaderSearch.Result.LookupFailed(String why) -> lookupFailed(demand, asked.onLookupFailure(), why);
        };
    }

    private Attempt encrypted(AlgorithmChoice.Agreed choice) {
        EncryptionSettings chosen = choice.settings();
        steps.add("encrypted for " + facts.recipient() + " with " + chosen.cipher());
        if (!choice.why().isEmpty()) {
            steps.add("negotiated: " + choice.why());
        }
        chosen.readers().forEach(reader -> steps.add(reader + " can read it too: encryptFor"));
        return new Attempt.Encrypted(chosen);
    }

    // Waiting for a certificate does not help here, and sendSigned is for recipients who have none.
    private Decision notAgreed(Optional<OnFailure> onMissing, String why) {
        return switch (onMissing.orElse(new OnFailure.Refuse())) {
            case OnFailure.SendTo(MailAddress quarantine) ->
                steps.redirect(quarantine, Reason.ALGORITHM_NOT_ALLOWED, why);
            case OnFailure.RefuseAll(var text) -> steps.refuse(Reason.ALGORITHM_NOT_ALLOWED, text, true, why);
            case OnFailure.Refuse(var text) -> steps.refuse(Reason.ALGORITHM_NOT_ALLOWED, text, false, why);
            case OnFailure.TryLater _, OnFailure.DeliverAnyway _, OnFailure.SendSigned _, OnFailure.LeaveClosed _ ->
                steps.refuse(Reason.ALGORITHM_NOT_ALLOWED, why);
        };
    }

    private Attempt withoutCertificate(Demand demand, String whyNot) {
        return missingCertificate(
                demand, Reason.NO_RECIPIENT_CERTIFICATE, CERTIFICATE_OF + facts.recipient() + ": " + whyNot);
    }

    // The message is deferred even if encryption is optional, unless the rule says otherwise. If it left in clear,
    // anybody who can disturb the look-up could turn encryption off.
    private Attempt lookupFailed(Demand demand, OnFailure onFailure, String why) {
        if (onFailure instanceof OnFailure.DeliverAnyway && demand != Demand.REQUIRED) {
            steps.add("not encrypted, as onLookupFailure says: " + why);
            return Attempt.NOT_MADE;
        }
        return new Attempt.Failed(steps.lookupFailed(onFailure, why));
    }

    /**
     * Decides about mail that the sender has encrypted, when no certificate of the recipient is known that it could be
     * for.
     */
    Decision unreadable(String whyNot) {
        return switch (withoutCertificate(Demand.REQUIRED, whyNot)) {
            case Attempt.Failed(Decision decision) -> decision;
            // A signature over the ciphertext does not help the recipient to read it.
            case Attempt.SignedInstead _, Attempt.Signed _, Attempt.Encrypted _, Attempt.NotMade _ ->
                steps.refuse(Reason.NO_RECIPIENT_CERTIFICATE, "a ciphertext cannot be signed instead");
        };
    }

    /**
     * Decides about mail that the sender has encrypted, when it is not known now whether the recipient has a
     * certificate.
     */
    Decision notLookedUp(String why) {
        return steps.lookupFailed(asked.onLookupFailure(), CERTIFICATE_OF + facts.recipient() + ": " + why);
    }

    private Attempt missingCertificate(Demand demand, Reason refused, String why) {
        OnFailure outcome = asked.onMissingCertificate()
                .orElse(demand == Demand.REQUIRED ? new OnFailure.Refuse() : new OnFailure.DeliverAnyway());
        return switch (outcome) {
            case OnFailure.DeliverAnyway _
            when demand != Demand.REQUIRED -> {
                steps.add("not encrypted: " + why);
                yield Attempt.NOT_MADE;
            }
            case OnFailure.SendSigned _
            when !settings.encrypted().forbids(false) -> {
                steps.add("not encrypted, so it must be signed: " + why);
                yield new Attempt.SignedInstead();
            }
            case OnFailure.Refuse(var text) -> new Attempt.Failed(steps.refuse(refused, text, false, why));
            case OnFailure.DeliverAnyway _, OnFailure.SendSigned _, OnFailure.LeaveClosed _ ->
                new Attempt.Failed(steps.refuse(refused, why));
            case OnFailure.RefuseAll(var text) -> new Attempt.Failed(steps.refuse(refused, text, true, why));
            case OnFailure.TryLater(var text) ->
                new Attempt.Failed(steps.tryLater(Reason.RECIPIENT_CERTIFICATE_AWAITED, text, why));
            case OnFailure.SendTo(MailAddress quarantine) ->
                new Attempt.Failed(steps.redirect(quarantine, refused, why));
        };
    }

    private Attempt signedInstead(Attempt signing, Demand sign) {
        boolean isSignedBySender = facts.content() == Facts.Content.SIGNED;
        boolean isSigned = isSignedBySender
                && facts.signature() != Facts.Signature.INVALID
                && !facts.existing().isAmbiguous();
        if (signing instanceof Attempt.Signed || isSigned) {
            return signing;
        }
        // The sender's own signature does not count, or a signature was asked for and could not be made.
        return isSignedBySender || sign != Demand.NEVER
                ? new Attempt.Failed(steps.refuse(
                        Reason.NO_RECIPIENT_CERTIFICATE, "neither encrypted nor signed, as the rule demands"))
                : signature().of(Demand.REQUIRED);
    }

    private static final String CERTIFICATE_OF = "certificate of ";
}
