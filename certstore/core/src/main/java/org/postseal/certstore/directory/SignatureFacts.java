package org.postseal.certstore.directory;

import java.time.Instant;
import java.util.Optional;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/**
 * What is known of a signature on somebody's mail, once it has been verified.
 *
 * @param isVerified the signature over the message is right
 * @param sender the From address
 * @param addressMatches the signer's certificate was found to be the sender's
 * @param signerStatus whether the signer's certificate may sign, path and revocation included
 * @param signingTime signed, but by the signer's word only
 * @param capabilities signed
 * @param preferred the certificate that a signed encrypKeyPref names (RFC 8551 §2.5.3)
 * @param encryptionStatus whether {@code preferred}, or the signer's without one, may be encrypted to, path and revocation included
 */
public record SignatureFacts(
        boolean isVerified,
        MailAddress sender,
        MailCertificate signer,
        boolean addressMatches,
        CertificateStatus signerStatus,
        Optional<Instant> signingTime,
        Optional<SmimeCapabilities> capabilities,
        Optional<MailCertificate> preferred,
        CertificateStatus encryptionStatus) {
    /** The certificate to encrypt to, if any. */
    MailCertificate offered() {
        return preferred.orElse(signer);
    }
}
