package org.postseal.certstore.directory;

import java.time.Instant;
import java.util.Optional;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/**
 * The facts about a signature on a message after its verification.
 *
 * @param isVerified whether the signature over the message is right
 * @param sender the From address
 * @param addressMatches whether the signer's certificate belongs to the sender
 * @param signerStatus whether the signer's certificate may sign, path and revocation included
 * @param signingTime the signed time, which only the signer vouches for
 * @param preferred the certificate that a signed encrypKeyPref names (RFC 8551 §2.5.3)
 * @param encryptionStatus whether {@code preferred}, or the signer's certificate if there is none, may be encrypted to,
 *     path and revocation included
 */
public record SignatureFacts(
        boolean isVerified,
        MailAddress sender,
        MailCertificate signer,
        boolean addressMatches,
        CertificateStatus signerStatus,
        Optional<Instant> signingTime,
        Optional<MailCertificate> preferred,
        CertificateStatus encryptionStatus) {
    /** Returns the certificate that the sender offers for encryption. */
    MailCertificate offered() {
        return preferred.orElse(signer);
    }
}
