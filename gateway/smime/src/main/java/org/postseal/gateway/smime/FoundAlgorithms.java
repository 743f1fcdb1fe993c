package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.policy.EncryptionAlgorithm;
import org.postseal.policy.SignedAlgorithm;

/** The algorithms of the protection a message came with, in the words of the policy; also those that we neither make nor believe. */
public final class FoundAlgorithms {
    private FoundAlgorithms() {}

    /** The content cipher of the ciphertext at the root; empty when there is none, or one the policy has no word for. */
    public static Optional<EncryptionAlgorithm> cipher(MimeEntity root) {
        CmsRoot.Kind kind = CmsRoot.of(root);
        if (kind != CmsRoot.Kind.ENVELOPED && kind != CmsRoot.Kind.AUTH_ENVELOPED) {
            return Optional.empty();
        }
        try (EnvelopedDataReader reader = EnvelopedDataReader.open(
                CmsRoot.content(root), root.raw().size(), CmsLimits.DEFAULT, RecipientKeys.NONE)) {
            return ContentCipher.of(ContentKeyUse.of(reader.algorithm()).algorithm())
                    .map(ContentCipher::algorithm);
        } catch (UncheckedIOException ourDisk) {
            throw ourDisk;
        } catch (IOException | RuntimeException | StackOverflowError malformed) {
            // foreign octets: the parser says no in many ways
            return Optional.empty();
        }
    }

    /** The weakest digest among the signers; empty without any, or when one of them uses a digest the policy has no word for. */
    static Optional<SignedAlgorithm> digest(Collection<SignerInfo> signers) {
        List<Optional<SignedAlgorithm>> digests = signers.stream()
                .map(signer -> DigestAlgorithm.of(signer.getDigestAlgorithm()).flatMap(DigestAlgorithm::word))
                .toList();
        return digests.stream().allMatch(Optional::isPresent)
                ? digests.stream().flatMap(Optional::stream).min(Comparator.naturalOrder())
                : Optional.empty();
    }
}
