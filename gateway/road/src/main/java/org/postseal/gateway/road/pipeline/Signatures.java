package org.postseal.gateway.road.pipeline;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.FromAddress;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.smime.Believed;
import org.postseal.gateway.smime.LayerVerdict;
import org.postseal.gateway.smime.Layers;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignatureVerifier;
import org.postseal.gateway.smime.SignatureVerifier.Verification;
import org.postseal.gateway.smime.VerificationTerms;
import org.postseal.gateway.smime.VerifiedSigner;
import org.postseal.gateway.smime.protect.HeaderReading;

/**
 * Verifies the signatures of one message, as each recipient may believe them. There is one object per message. What is
 * found without a key is the same for all recipients, unless something in the message is old.
 */
final class Signatures {
    private final Inspection inspection;
    private final SignatureVerifier verifier;
    private final CertificateStore certificates;
    private final Instant time;
    private final Map<Believed, Found> received = new HashMap<>();
    private @Nullable Found receivedForAll;

    Signatures(Inspection inspection, SignatureVerifier verifier, CertificateStore certificates, Instant time) {
        this.inspection = inspection;
        this.verifier = verifier;
        this.certificates = certificates;
        this.time = time;
    }

    /**
     * What was found of signatures.
     *
     * @param layers the verdict on each signature, from the outside in
     * @param verification the verdict on all of them
     * @param headers the header fields that they protect
     */
    record Found(List<LayerVerdict> layers, Verification verification, Optional<HeaderReading> headers) {
        /** Nothing is claimed about a message that exceeds the limits. */
        static final Found TOO_MUCH = new Found(
                List.of(),
                new Verification(
                        SignatureVerdict.of(SignatureVerdict.Cause.LIMIT_EXCEEDED, Optional.empty()),
                        Optional.empty(),
                        List.of()),
                Optional.empty());
    }

    /** What can be found without a key, in the layers from the root inwards. */
    Found asReceived(Believed believed) {
        Found known = receivedForAll == null ? received.get(believed) : receivedForAll;
        if (known == null) {
            known = asReceived(inspection.layers(), believed);
            if (OldMail.isModern(known.verification.signers())) {
                receivedForAll = known;
            } else {
                received.put(believed, known);
            }
        }
        return known;
    }

    private Found asReceived(Layers outside, Believed believed) {
        if (outside.excess().isPresent()) {
            return Found.TOO_MUCH;
        }
        List<LayerVerdict> verdicts = outside.signatures().stream()
                .map(layer -> new LayerVerdict(layer.section(), false, verify(layer.entity(), believed)))
                .toList();
        boolean isSigned = !verdicts.isEmpty();
        return new Found(
                verdicts,
                doubted(isSigned ? LayerVerdict.summary(verdicts) : verify(inspection.root(), believed), outside),
                isSigned
                        ? outside.payloadHeader()
                                .flatMap(inside -> HeaderReading.of(
                                        inside, inspection.root().header(), false))
                        : Optional.empty());
    }

    private Verification verify(MimeEntity signed, Believed believed) {
        return unlessAuthorless(verifier.check(signed, terms(believed, false)));
    }

    /**
     * Verifies a signature that stood under a ciphertext which we opened.
     *
     * @param good takes the signers that are found good, since the store may learn of them only if the content is
     * delivered opened: otherwise, an attacker would see in later mail whether altered ciphertext was read
     */
    Verification inside(MimeEntity signed, Believed believed, List<VerifiedSigner> good) {
        return unlessAuthorless(verifier.check(signed, terms(believed, true), good::add));
    }

    private VerificationTerms terms(Believed believed, boolean wasEncrypted) {
        return new VerificationTerms(inspection.from(), certificates, time, believed, wasEncrypted);
    }

    private Verification unlessAuthorless(Verification found) {
        boolean isVouchedFor = found.verdict() instanceof SignatureVerdict.Valid;
        // Some mail programs may show another author.
        return isVouchedFor && hasNoAuthor() ? found.ambiguous() : found;
    }

    private boolean hasNoAuthor() {
        return FromAddress.of(inspection.root().header(), Budget.standard())
                .author()
                .isEmpty();
    }

    /**
     * If mail programs may disagree on what the message contains, neither a valid signature nor the absence of one is
     * claimed.
     */
    static Verification doubted(Verification found, Layers layers) {
        boolean isClaim = switch (found.verdict()) {
            case SignatureVerdict.Valid _, SignatureVerdict.Unsigned _ -> true;
            case SignatureVerdict.Invalid _, SignatureVerdict.Unverifiable _ -> false;
        };
        return layers.isInDoubt() && isClaim ? found.ambiguous() : found;
    }
}
