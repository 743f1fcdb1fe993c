package org.postseal.gateway.smime;

import java.util.List;
import org.postseal.gateway.smime.SignatureVerifier.Verification;

/**
 * Says what verification found of the signed parts below the layers of a message. Nothing of it is a claim about the
 * message.
 *
 * @param verified in the order of the message
 * @param more how many further parts are signed and were not verified
 */
public record SignedParts(List<Part> verified, int more) {
    /** Nothing is known of any signed part. */
    public static final SignedParts NONE = new SignedParts(List.of(), 0);

    public SignedParts {
        verified = List.copyOf(verified);
    }

    /**
     * Holds the verdict on one part.
     *
     * @param section the place of the signature, as {@link Layer#section}
     */
    public record Part(String section, Verification verification) {}
}
