package org.postseal.gateway.road.pipeline;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.smime.Believed;
import org.postseal.gateway.smime.Layers;
import org.postseal.gateway.smime.SignatureVerifier;
import org.postseal.gateway.smime.SignedPartReader;
import org.postseal.gateway.smime.SignedParts;
import org.postseal.gateway.smime.VerificationTerms;

/**
 * Verifies the signed parts below the layers of one message, for the records. Neither the policy nor anybody outside
 * hears of them. There is one object per message, and what is found without a key is the same for all recipients.
 *
 * <p>Parts of mail that our own users write are not looked for: nobody here relies on them, and a revocation server
 * would be asked for nothing.
 */
final class PartSignatures {
    private final Inspection inspection;
    private final SignatureVerifier verifier;
    private final Witness certificates;
    private final Instant time;
    private @Nullable SignedParts received;

    PartSignatures(Inspection inspection, SignatureVerifier verifier, Witness certificates, Instant time) {
        this.inspection = inspection;
        this.verifier = verifier;
        // However many parts have no path, the signatures of the message keep their own limit.
        this.certificates = certificates.apart();
        this.time = time;
    }

    /** Returns the signed parts that can be found without a key. */
    SignedParts asReceived() {
        SignedParts known = received == null ? read(inspection.layers(), false) : received;
        received = known;
        return known;
    }

    /** Returns the signed parts below the layers of content that was opened. */
    SignedParts inside(Layers layers) {
        return read(layers, true);
    }

    private SignedParts read(Layers layers, boolean wasEncrypted) {
        if (inspection.isWrittenHere()) {
            return SignedParts.NONE;
        }
        VerificationTerms terms =
                new VerificationTerms(inspection.from(), certificates, time, Believed.NOTHING, wasEncrypted);
        return new SignedPartReader(verifier, terms)
                .read(layers, inspection.root().header());
    }
}
