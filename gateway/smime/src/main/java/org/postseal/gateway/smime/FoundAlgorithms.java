package org.postseal.gateway.smime;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.postseal.policy.protection.SignedAlgorithm;

/**
 * Names the digests of the signatures that a message came with, in the words of the policy. They include those that we
 * neither make nor believe.
 */
final class FoundAlgorithms {
    private FoundAlgorithms() {}

    /**
     * Returns the weakest digest among the signers. The result is empty if there are no signers, or if one of them uses
     * a digest that the policy has no word for.
     */
    static Optional<SignedAlgorithm> digest(Collection<SignerInfo> signers) {
        List<Optional<SignedAlgorithm>> digests = signers.stream()
                .map(signer -> DigestAlgorithm.of(signer.getDigestAlgorithm()).flatMap(DigestAlgorithm::word))
                .toList();
        return digests.stream().allMatch(Optional::isPresent)
                ? digests.stream().flatMap(Optional::stream).min(Comparator.naturalOrder())
                : Optional.empty();
    }
}
