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
import org.postseal.certstore.revocation.RevocationList;

/**
 * The certificates and keys the gateway works with. Thread-safe. Every method may throw {@link StoreUnavailableException}; the caller then defers
 * (4xx), never goes on without.
 */
public interface CertificateStore {
    /** The certificate to encrypt to {@code recipient} with, at {@code time}. Only one that carries the address, may encrypt, is valid and trusted is chosen. */
    CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time);

    /**
     * The certificate with an ML-KEM key to encrypt to {@code recipient} with as well, by the same rules. {@link #encryptionCertificate} takes such a one only where the same source has no other, since few
     * can read what is encrypted to it; no source is asked behind the one that it takes its certificate from.
     */
    default CertificateChoice<MailCertificate> mlKemCertificate(MailAddress recipient, Instant time) {
        return new CertificateChoice.NoneUsable<>(new CertificateStatus.Missing(), List.of());
    }

    /**
     * Returns those certificates of {@code recipient} that {@code named} accepts and that may be encrypted to, by the
     * rules of {@link #encryptionCertificate}. That method takes one of all that there are; somebody else who encrypts
     * may have taken another. The sources are asked in their order, up to the first that has such a certificate.
     */
    default List<MailCertificate> usableCertificates(
            MailAddress recipient, Predicate<MailCertificate> named, Instant time) {
        return encryptionCertificate(recipient, time) instanceof CertificateChoice.Chosen<MailCertificate> chosen
                        && named.test(chosen.choice())
                ? List.of(chosen.choice())
                : List.of();
    }

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

    /**
     * The certificates that we have under this name, wherever they came from: a signed message need not bring that of
     * its signer (RFC 8550 §2.3). Nothing says that any of them is to be trusted.
     */
    default List<MailCertificate> named(SignerName name) {
        return List.of();
    }

    /** As below, where no revocation lists came with the message and nothing of it was encrypted. */
    default PathVerdict validate(
            MailCertificate leaf, List<MailCertificate> fromMessage, CertificatePurpose purpose, Instant time) {
        return validate(leaf, fromMessage, List.of(), purpose, time, false);
    }

    /**
     * Builds and checks a path from {@code leaf} to a trust anchor of ours.
     *
     * @param fromMessage its certificates help to build, never to trust
     * @param lists its revocation lists (RFC 5652 §10.2.1), not verified yet; they count as far as our own would, and make nothing good that we know to be revoked
     * @param wasEncrypted whether all of this came out of a ciphertext: whoever is asked then learns that it could be opened
     */
    PathVerdict validate(
            MailCertificate leaf,
            List<MailCertificate> fromMessage,
            List<RevocationList> lists,
            CertificatePurpose purpose,
            Instant time,
            boolean wasEncrypted);

    /**
     * As far as {@code key} goes, what {@link #signingKey} and {@link #encryptionCertificate} would find for {@code owner}: by the rules for what goes out, where {@link #validate} has those for what comes in.
     */
    default PathVerdict validateKey(KeyHandle key, MailAddress owner, CertificatePurpose purpose, Instant time) {
        return validate(key.certificate(), key.chain(), purpose, time);
    }
}
