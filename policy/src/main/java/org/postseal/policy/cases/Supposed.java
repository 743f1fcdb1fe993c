package org.postseal.policy.cases;

import java.util.Optional;
import org.postseal.policy.deciding.ReadingRights;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.protection.Protection;

/**
 * The facts of a message that nobody opens, and whether a gateway in production would open it by the recipient's
 * rights. An internal recipient is supposed to have a key that fits.
 *
 * @param facts without the facts that only an opened message shows, if it would stay closed
 * @param obstacle why the ciphertext would stay closed
 */
record Supposed(Facts facts, Optional<Handling.Closed> obstacle) {
    /**
     * Supposes that a message has the cipher in its facts. If there is none, the cipher is not known, and the message
     * stays closed.
     */
    static Supposed of(RuleSet policy, Facts facts, DirectoryFacts directory) {
        return of(policy, facts, directory, false, false);
    }

    /**
     * Supposes a message that a case describes.
     *
     * @param anyCipher whether a cipher that the facts do not name is one that is opened
     * @param oldWrap whether TripleDES wraps the content key
     */
    static Supposed of(RuleSet policy, Facts facts, DirectoryFacts directory, boolean anyCipher, boolean oldWrap) {
        if (facts.existing().content() != Facts.Content.ENCRYPTED) {
            return new Supposed(facts, Optional.empty());
        }
        if (!policy.isInternal(facts.recipient())) {
            return closed(facts, Handling.Closed.NO_KEY, Optional.empty());
        }
        ReadingRights rights = policy.readingRights(
                facts.recipient(),
                facts.message(),
                () -> facts.existing().ciphertext().isSignedOutside(),
                directory);
        boolean isAny = anyCipher && facts.existing().cipher().isEmpty();
        Optional<Handling.Closed> cipher =
                isAny ? Optional.empty() : rights.obstacle(facts.existing().cipher());
        if (cipher.isPresent()) {
            return closed(facts, cipher.get(), Optional.empty());
        }
        if (oldWrap && !rights.opensTripleDesWrap()) {
            return closed(facts, Handling.Closed.KEY_WRAP_NOT_ALLOWED, Optional.empty());
        }
        Optional<Facts.Suspicion> sign = facts.existing().suspicion();
        if (sign.equals(NOT_OPENED)) {
            return closed(facts, Handling.Closed.NOT_DECRYPTED, NOT_OPENED);
        }
        boolean isHeaderless = sign.equals(Optional.of(Facts.Suspicion.HEADERLESS));
        return isHeaderless && rights.headerlessBy().isEmpty()
                ? closed(facts, Handling.Closed.NOT_MIME, NOT_OPENED)
                : new Supposed(facts, Optional.empty());
    }

    Optional<Handling> handling(Ruling ruling) {
        return ruling.handling(facts, obstacle);
    }

    /** Returns how the copy would leave; a signature counts as one inside the ciphertext that is opened. */
    Optional<Handling.Left> left(Ruling ruling) {
        return ruling.left(deliver -> {
            if (facts.content() != Facts.Content.ENCRYPTED) {
                return deliver.protection() instanceof Protection.Clear
                        ? Handling.Left.CLEAR
                        : Handling.Left.AS_IT_CAME;
            }
            return switch (deliver.incoming()) {
                case OPEN -> obstacle.map(Supposed::closed).orElseGet(() -> opened(deliver));
                case KEEP_CLOSED -> Handling.Left.ATTACHED;
                case VERIFY, AS_RECEIVED -> Handling.Left.AS_IT_CAME;
            };
        });
    }

    private Handling.Left opened(Decision.Deliver deliver) {
        boolean isSigned = facts.signature() != Facts.Signature.UNSIGNED
                && !deliver.changes().strip();
        return isSigned ? Handling.Left.SIGNED : Handling.Left.CLEAR;
    }

    /** What a key was tried on leaves in the form of opened mail, so that nobody learns whether it fits. */
    private static Handling.Left closed(Handling.Closed why) {
        boolean isTried = why == Handling.Closed.NOT_DECRYPTED || why == Handling.Closed.NOT_MIME;
        return isTried ? Handling.Left.ATTACHED : Handling.Left.AS_IT_CAME;
    }

    private static Supposed closed(Facts facts, Handling.Closed why, Optional<Facts.Suspicion> suspicion) {
        Facts.Existing seen = facts.existing();
        Facts.Existing closed = new Facts.Existing(
                seen.content(),
                seen.signature(),
                seen.signers(),
                seen.signerIssuer(),
                seen.digest(),
                seen.ciphertext(),
                false,
                suspicion,
                seen.isAmbiguous());
        return new Supposed(
                new Facts(facts.peer(), facts.message(), closed, facts.recipient(), facts.visible()), Optional.of(why));
    }

    private static final Optional<Facts.Suspicion> NOT_OPENED = Optional.of(Facts.Suspicion.NOT_OPENED);
}
