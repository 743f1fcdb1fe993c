package org.postseal.gateway.smime;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.smime.SignatureVerifier.Verification;
import org.postseal.policy.SignedAlgorithm;

/**
 * What verification found of one layer.
 *
 * @param section as {@link Layer#section}
 * @param isInside whether it stood under a ciphertext that we opened
 */
public record LayerVerdict(String section, boolean isInside, Verification verification) {
    /** The verdict of the layer. */
    public SignatureVerdict verdict() {
        return verification.verdict();
    }

    /**
     * The verdict on all of them: only all-good is good. Of bad ones the first from outside, bad ones before those that cannot be judged; of good ones the innermost, who signed the content itself.
     *
     * @param layers from outside
     */
    public static Verification summary(List<LayerVerdict> layers) {
        Optional<SignedAlgorithm> digest =
                layers.stream().allMatch(layer -> layer.verification.digest().isPresent())
                        ? layers.stream()
                                .flatMap(layer -> layer.verification.digest().stream())
                                .min(Comparator.naturalOrder())
                        : Optional.empty();
        SignatureVerdict verdict = layers.stream()
                .map(LayerVerdict::verdict)
                .filter(SignatureVerdict.Invalid.class::isInstance)
                .findFirst()
                .or(() -> layers.stream()
                        .map(LayerVerdict::verdict)
                        .filter(SignatureVerdict.Unverifiable.class::isInstance)
                        .findFirst())
                .or(() -> layers.isEmpty()
                        ? Optional.empty()
                        : Optional.of(layers.getLast().verdict()))
                .orElseGet(SignatureVerdict.Unsigned::new);
        List<SignerReport> signers = layers.stream()
                .flatMap(layer -> layer.verification.signers().stream())
                .toList();
        return new Verification(verdict, digest, signers);
    }
}
