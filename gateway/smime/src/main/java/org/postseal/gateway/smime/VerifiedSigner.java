package org.postseal.gateway.smime;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/**
 * Describes a signer whose signature, path and address were found good, and what they say of themselves under that
 * signature (RFC 8551 §2.5).
 *
 * @param address of the single From field, which the certificate carries
 * @param received when the message came
 * @param fromMessage every certificate that came along
 * @param wasEncrypted whether all of this came out of a ciphertext
 * @param program the mail program that the header section names; the signature does not cover this
 */
public record VerifiedSigner(
        MailAddress address,
        MailCertificate signer,
        Claims claims,
        Instant received,
        List<MailCertificate> fromMessage,
        boolean wasEncrypted,
        Optional<String> program) {
    /**
     * Holds what signers say of themselves.
     *
     * @param signingTime as claimed; anybody can claim any time
     * @param capabilities what their program can decrypt
     * @param encryptionCertificate the one of the message that encrypKeyPref names; without such an attribute, the
     * signer's own if it may encrypt
     */
    public record Claims(
            Optional<Instant> signingTime,
            Optional<SmimeCapabilities> capabilities,
            Optional<MailCertificate> encryptionCertificate) {}

    /** Hears of every such signer. It must return at once and not throw, since a message waits. */
    @FunctionalInterface
    public interface Observer {
        /** This is called once per verification, so possibly more than once for a message. */
        void verified(VerifiedSigner signer);
    }
}
