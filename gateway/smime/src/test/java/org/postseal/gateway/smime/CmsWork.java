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

/** The bare CMS objects, without the mail around them, for benchmarks: what OpenSSL's {@code CMS_sign} and {@code CMS_encrypt} make. */
public final class CmsWork {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final SignerInfoWriter.Recent RECENT = new SignerInfoWriter.Recent();

    private CmsWork() {}

    /** A detached signed-data over these octets. */
    public static RawMessage signedData(RawMessage entity, KeyHandle key, SigningSettings settings, Instant time)
            throws IOException, SignatureException {
        SigningAlgorithm algorithm = SigningAlgorithm.choose(key.certificate().keyKind(), key.schemes(), settings)
                .orElseThrow();
        return new SignedDataWriter(CmsSigner.Signer.of(key), algorithm, settings, RECENT).detached(entity, time);
    }

    /** An enveloped-data or authEnveloped-data of these octets. */
    public static void envelopedData(
            RawMessage entity, List<MailCertificate> recipients, EncryptionSettings settings, OutputStream out)
            throws IOException, GeneralSecurityException {
        new EnvelopedDataWriter(settings, RANDOM).write(entity, recipients, out);
    }

    /** What the signer makes of a message with {@code entity} behind {@code header}. */
    public static RawMessage entity(SignedMessage signed) {
        return signed.entity();
    }

    /** What the encryptor made, as it goes under an outer signature. */
    public static RawMessage entity(Sendable.Sealed sealed) {
        return sealed.entity();
    }
}
