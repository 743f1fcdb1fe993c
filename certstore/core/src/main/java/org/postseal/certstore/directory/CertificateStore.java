package org.postseal.certstore.directory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.SignerName;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.StoreUnavailableException;

/**
 * The certificates and keys that the gateway works with. Thread-safe. Every method may throw
 * {@link StoreUnavailableException}. The caller then defers the mail (4xx) and never goes on without an answer.
 */
public interface CertificateStore {
    /**
     * Chooses the certificate for encrypting to {@code recipient} at {@code time}. The chosen certificate carries the
     * address, may be encrypted to, is valid and is trusted.
     */
    CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time);

    /**
     * Chooses, by the same rules, a certificate with an ML-KEM key for encrypting to {@code recipient} in addition.
     * {@link #encryptionCertificate} takes such a certificate only if the same tier of the source has no other usable
     * one, since few programs can read what is encrypted to it. Sources behind the one that has a usable certificate
     * are not asked.
     */
    default CertificateChoice<MailCertificate> mlKemCertificate(MailAddress recipient, Instant time) {
        return new CertificateChoice.NoneUsable<>(new CertificateStatus.Missing(), List.of());
    }

    /**
     * Returns those certificates of {@code recipient} that {@code named} accepts and that may be encrypted to, by the
     * rules of {@link #encryptionCertificate}. That method chooses one certificate, but another sender may have
     * encrypted to a different one. The sources are asked in their order, up to the first that has such a certificate.
     */
    default List<MailCertificate> usableCertificates(
            MailAddress recipient, Predicate<MailCertificate> named, Instant time) {
        return encryptionCertificate(recipient, time) instanceof CertificateChoice.Chosen<MailCertificate> chosen
                        && named.test(chosen.choice())
                ? List.of(chosen.choice())
                : List.of();
    }

    /**
     * Chooses the key for signing as {@code sender}. Among the usable keys, the one that its user chose comes first,
     * then the newest NotBefore, the later NotAfter and the lowest id.
     */
    CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time);

    /**
     * Returns the capabilities that the owner of a certificate announced under a verified signature, or empty if none
     * are known. {@link MailCertificate#capabilities()} returns those in the certificate itself.
     */
    default Optional<SmimeCapabilities> capabilities(MailCertificate certificate) {
        return Optional.empty();
    }

    /**
     * Returns the mail program that the owner's newest verified mail names, as its header section has it. The signature
     * does not cover this name.
     */
    default Optional<String> program(MailCertificate certificate) {
        return Optional.empty();
    }

    /**
     * Returns the keys that may open mail for {@code recipient}: those whose certificate carries the address. Keys with
     * expired certificates are included, since old mail is encrypted to them. Nobody else's key may ever be tried,
     * because the gateway must not be a decryption oracle.
     */
    List<KeyHandle> decryptionKeys(MailAddress recipient);

    /**
     * Returns the stored certificates that {@code name} identifies, wherever they came from. A signed message need not
     * include its signer's certificate (RFC 8550 §2.3). A certificate is not trusted because it is returned here.
     */
    default List<MailCertificate> named(SignerName name) {
        return List.of();
    }

    /**
     * Validates a path like the other method of this name, for a message that has no revocation lists and was not
     * encrypted.
     */
    default PathVerdict validate(
            MailCertificate leaf, List<MailCertificate> fromMessage, CertificatePurpose purpose, Instant time) {
        return validate(leaf, Brought.of(fromMessage), purpose, time);
    }

    /** Builds and checks a path from {@code leaf} to one of our trust anchors. */
    PathVerdict validate(MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time);

    /**
     * Judges {@code key} as {@link #signingKey} and {@link #encryptionCertificate} would for {@code owner}. It uses the
     * rules for outgoing mail, while {@link #validate} uses those for incoming mail.
     */
    default PathVerdict validateKey(KeyHandle key, MailAddress owner, CertificatePurpose purpose, Instant time) {
        return validate(key.certificate(), key.chain(), purpose, time);
    }
}
