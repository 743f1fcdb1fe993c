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

/** Verifies the signatures of one signed-data, as many as the signers of real mail need. Not thread-safe. */
final class Verifications {
    private int made;

    /**
     * Tells whether the key made the signature of one of these forms; the result is empty if no provider takes the key.
     *
     * @throws CmsLimitException if that is one more than there may be
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
            if (algorithm.parameters().isPresent()) {
                verifier.setParameter(algorithm.parameters().get());
            }
            verifier.initVerify(certificate.x509().getPublicKey());
            provider = verifier.getProvider();
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

    // This is enough for as many signers as there may be, each with one key and some in an order of their own.
    private static final int MOST = 32;
}
