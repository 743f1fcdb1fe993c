package org.postseal.gateway.smime;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.smime.SignatureVerifier.Verification;
import org.postseal.policy.protection.SignedAlgorithm;

/**
 * Says what verification found of one layer.
 *
 * @param section as {@link Layer#section}
 * @param isInside whether it stood under a ciphertext that we opened
 */
public record LayerVerdict(String section, boolean isInside, Verification verification) {
    public SignatureVerdict verdict() {
        return verification.verdict();
    }

    /**
     * Returns the verdict on all layers, which is good only if all are good. Of bad verdicts, the outermost counts, and
     * bad ones come before those that cannot be judged. Of good ones, the innermost counts, whose signer signed the
     * content itself.
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
