package org.postseal.certstore;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The certificates and keys the gateway works with. Thread-safe. Every method may throw {@link StoreUnavailableException}; the caller then defers
 * (4xx), never goes on without.
 */
public interface CertificateStore {
    /** The certificate to encrypt to {@code recipient} with, at {@code time}. Only one that carries the address, may encrypt, is valid and trusted is chosen. */
    CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time);

    /** The key to sign with as {@code sender}: newest NotBefore, then later NotAfter, then lowest id among the usable ones. */
    CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time);

    /**
     * What the owner of a certificate said under a signature that was verified; empty when nothing is known. What stands in the certificate itself is
     * {@link MailCertificate#capabilities()}.
     */
    default Optional<SmimeCapabilities> capabilities(MailCertificate certificate) {
        return Optional.empty();
    }

    /**
     * The keys that may open mail for {@code recipient}: those whose certificate carries the address. Expired ones included, since old mail is encrypted to
     * them. Nobody else's key may ever be tried (the gateway must not be a decryption oracle).
     */
    List<KeyHandle> decryptionKeys(MailAddress recipient);

    /** Builds and checks a path from {@code leaf} to a trust anchor of ours; certificates from the message help to build, never to trust. */
    PathVerdict validate(
            MailCertificate leaf, List<MailCertificate> fromMessage, CertificatePurpose purpose, Instant time);

    /**
     * @param status whether the leaf may be used
     * @param path leaf first, anchor last; empty unless usable
     * @param validUntil when it must be asked again, should nothing else change before
     */
    record PathVerdict(CertificateStatus status, List<MailCertificate> path, Instant validUntil) {}
}
