package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.time.Instant;
import java.util.List;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.SigningSettings;

/**
 * Makes the bare CMS objects for benchmarks, without the mail around them, as OpenSSL's {@code CMS_sign} and {@code
 * CMS_encrypt} do.
 */
public final class CmsWork {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final SignerInfoWriter.Recent RECENT = new SignerInfoWriter.Recent();

    private CmsWork() {}

    /** Makes a detached signed-data over these octets. */
    public static RawMessage signedData(RawMessage entity, KeyHandle key, SigningSettings settings, Instant time)
            throws IOException, SignatureException {
        SigningAlgorithm algorithm = SigningAlgorithm.choose(key.certificate().keyKind(), key.schemes(), settings)
                .orElseThrow();
        return new SignedDataWriter(CmsSigner.Signer.of(key), algorithm, settings, RECENT).detached(entity, time);
    }

    /** Makes an enveloped-data or authEnveloped-data of these octets. */
    public static void envelopedData(
            RawMessage entity, List<MailCertificate> recipients, EncryptionSettings settings, OutputStream out)
            throws IOException, GeneralSecurityException {
        new EnvelopedDataWriter(settings, RANDOM).write(entity, recipients, out);
    }

    /** Returns the entity that the signer has made. */
    public static RawMessage entity(SignedMessage signed) {
        return signed.entity();
    }

    /** Returns what the encryptor has made, as it goes under an outer signature. */
    public static RawMessage entity(Sendable.Sealed sealed) {
        return sealed.entity();
    }
}
