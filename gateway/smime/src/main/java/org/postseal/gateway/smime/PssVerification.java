package org.postseal.gateway.smime;

import java.math.BigInteger;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

/**
 * Reads the parameters of a foreign RSASSA-PSS signature (RFC 4056 §2.2). It also accepts parameters that the RFC does
 * not recommend, such as another salt length or another digest of the mask, as long as they are plausible and not weak.
 */
final class PssVerification {
    private PssVerification() {}

    static VerificationAlgorithm of(DigestAlgorithm digest, AlgorithmIdentifier identifier) {
        // Absent parameters mean SHA-1 throughout (RFC 4055 §3.1).
        RSASSAPSSparams parameters = identifier.getParameters() == null
                ? new RSASSAPSSparams()
                : RSASSAPSSparams.getInstance(identifier.getParameters());
        AlgorithmIdentifier mask = parameters.getMaskGenAlgorithm();
        if (!mask.getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1)) {
            return new VerificationAlgorithm.Refused(Cause.ALGORITHM_UNKNOWN);
        }
        Optional<DigestAlgorithm> hash = DigestAlgorithm.of(parameters.getHashAlgorithm());
        Optional<DigestAlgorithm> maskHash = DigestAlgorithm.of(AlgorithmIdentifier.getInstance(mask.getParameters()));
        if (hash.isEmpty() || maskHash.isEmpty()) {
            return new VerificationAlgorithm.Refused(Cause.ALGORITHM_UNKNOWN);
        }
        // Neither the digest nor that of the mask may be weaker than the SignerInfo says.
        if ((hash.get().isLegacy() && hash.get() != digest)
                || (maskHash.get().isLegacy() && maskHash.get() != digest)) {
            return new VerificationAlgorithm.Refused(Cause.ALGORITHM_WEAK);
        }
        BigInteger salt = parameters.getSaltLength();
        boolean plausible = hash.get() == digest
                && salt.signum() >= 0
                && salt.bitLength() < 16
                && parameters.getTrailerField().equals(BigInteger.ONE);
        if (!plausible) {
            return new VerificationAlgorithm.Refused(Cause.MALFORMED);
        }
        return new VerificationAlgorithm.Allowed(
                VerificationAlgorithm.Family.PSS,
                digest,
                "RSASSA-PSS",
                Optional.of(new PSSParameterSpec(
                        digest.standardName(),
                        "MGF1",
                        new MGF1ParameterSpec(maskHash.get().standardName()),
                        salt.intValue(),
                        PSSParameterSpec.TRAILER_FIELD_BC)));
    }
}
