package org.postseal.gateway.smime;

import java.io.IOException;
import java.security.SignatureException;
import java.time.Instant;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.Reason;
import org.postseal.policy.SigningSettings;

/** A file inside a signature: the DER of a signed-data with its content (RFC 5652 §5), without MIME around it, as Apple's devices take signed profiles. */
public final class SignedFile {
    private SignedFile() {}

    /**
     * Signs it by SHA-256, with the issuers of the key's certificate but for the root.
     *
     * @throws SealException when the key cannot
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
