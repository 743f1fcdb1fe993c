package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RC2CBCParameter;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
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
                CmsRoot.content(root), root.raw().size(), CmsLimits.DEFAULT, new RecipientKeys(List.of()))) {
            return cipher(reader.algorithm());
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

    private static Optional<EncryptionAlgorithm> cipher(AlgorithmIdentifier algorithm) {
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.RC2_CBC)) {
            // RFC 2268 §6: the version encodes the effective key length
            int version = RC2CBCParameter.getInstance(algorithm.getParameters())
                    .getRC2ParameterVersion()
                    .intValueExact();
            return switch (version) {
                case 160 -> Optional.of(EncryptionAlgorithm.RC2_40);
                case 120 -> Optional.of(EncryptionAlgorithm.RC2_64);
                case 58 -> Optional.of(EncryptionAlgorithm.RC2_128);
                default -> Optional.empty();
            };
        }
        return Optional.ofNullable(CIPHERS.get(algorithm.getAlgorithm()));
    }

    private static final Map<ASN1ObjectIdentifier, EncryptionAlgorithm> CIPHERS = Map.of(
            OIWObjectIdentifiers.desCBC,
            EncryptionAlgorithm.DES,
            PKCSObjectIdentifiers.des_EDE3_CBC,
            EncryptionAlgorithm.TRIPLE_DES,
            NISTObjectIdentifiers.id_aes128_CBC,
            EncryptionAlgorithm.AES128,
            NISTObjectIdentifiers.id_aes192_CBC,
            EncryptionAlgorithm.AES192,
            NISTObjectIdentifiers.id_aes256_CBC,
            EncryptionAlgorithm.AES256,
            NISTObjectIdentifiers.id_aes128_GCM,
            EncryptionAlgorithm.AES128_GCM,
            NISTObjectIdentifiers.id_aes192_GCM,
            EncryptionAlgorithm.AES192_GCM,
            NISTObjectIdentifiers.id_aes256_GCM,
            EncryptionAlgorithm.AES256_GCM);
}
