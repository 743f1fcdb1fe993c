package org.postseal.gateway.smime;

import java.io.IOException;
import java.security.SignatureException;
import java.time.Instant;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.SigningSettings;

/**
 * Puts a file inside a signature, as Apple's devices take signed profiles: the DER of a signed-data with its content
 * (RFC 5652 §5), without MIME around it.
 */
public final class SignedFile {
    private SignedFile() {}

    /**
     * Signs the file by SHA-256, and sends the issuers of the key's certificate along except for the root.
     *
     * @throws SealException if the key cannot sign
     */
    public static byte[] of(byte[] content, KeyHandle key, Instant time) throws SealException {
        SigningAlgorithm algorithm = SigningAlgorithm.choose(key.certificate().keyKind(), key.schemes(), SETTINGS)
                .orElseThrow(() -> new SealException(Reason.ALGORITHM_NOT_ALLOWED, "the key cannot sign", null));
        try {
            return new SignedDataWriter(CmsSigner.Signer.of(key), algorithm, SETTINGS, new SignerInfoWriter.Recent())
                    .opaque(RawMessage.of(content), time)
                    .toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException("octets in memory cannot be read", e);
        } catch (SignatureException e) {
            throw new SealException(Reason.CRYPTOGRAPHIC_FAILURE, "signing failed", e);
        }
    }

    private static final SigningSettings SETTINGS = new SigningSettings(
            SigningSettings.Digest.SHA256,
            SigningSettings.RsaPadding.PKCS1,
            false,
            KeyPlace.ANYWHERE,
            SigningSettings.Certificates.CHAIN,
            false);
}
