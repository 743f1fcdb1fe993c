package org.postseal.gateway.smime;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Signature;
import java.security.SignatureException;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoOperation;

/** Verifies the signatures of one signed-data, and computes no more of them than real mail needs. Not thread-safe. */
final class Verifications {
    private int made;

    /**
     * Tells whether the key made the signature over one of these forms of the octets; the result is empty if no
     * provider takes the key.
     *
     * @throws CmsLimitException if this would be one verification more than a signed-data may cost
     */
    Optional<Boolean> verifies(
            VerificationAlgorithm.Allowed algorithm, MailCertificate certificate, List<byte[]> forms, byte[] signature)
            throws CmsLimitException {
        Optional<Boolean> verified = Optional.empty();
        for (byte[] signed : forms) {
            if (++made > MOST) {
                throw new CmsLimitException("signature verifications");
            }
            verified = verifies(algorithm, certificate, signed, signature);
            if (verified.orElse(false)) {
                return verified;
            }
        }
        return verified;
    }

    private static Optional<Boolean> verifies(
            VerificationAlgorithm.Allowed algorithm, MailCertificate certificate, byte[] signed, byte[] signature) {
        CryptoCount count = CryptoCount.of(CryptoOperation.VERIFY, algorithm.jcaName());
        Provider provider = null;
        try {
            Signature verifier = algorithm.engine();
            // The key comes first: parameters would choose the first provider, whether it takes the key or not.
            verifier.initVerify(certificate.x509().getPublicKey());
            provider = verifier.getProvider();
            if (algorithm.parameters().isPresent()) {
                verifier.setParameter(algorithm.parameters().get());
            }
            verifier.update(signed);
            boolean isGood = isGood(verifier, signature);
            count.done(provider);
            return Optional.of(isGood);
        } catch (InvalidAlgorithmParameterException theMessages) {
            return Optional.of(false);
        } catch (GeneralSecurityException notForThisKey) {
            count.failed(provider);
            return Optional.empty();
        } catch (ProviderException e) {
            count.failed(provider);
            throw e;
        }
    }

    private static boolean isGood(Signature verifier, byte[] signature) {
        try {
            return verifier.verify(signature);
        } catch (SignatureException malformed) {
            // A malformed signature is a wrong one.
            return false;
        }
    }

    // This is enough for the ten signers that CmsLimits allows: each has one key, and needs two verifications if its
    // attributes were signed in another order than that of DER.
    private static final int MOST = 32;
}
