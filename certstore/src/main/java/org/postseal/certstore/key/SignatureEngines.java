package org.postseal.certstore.key;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.postseal.certstore.SignatureScheme;

/** The JCA engine for each signature scheme. */
final class SignatureEngines {
    private SignatureEngines() {}

    static Signature of(SignatureScheme scheme) throws GeneralSecurityException {
        return switch (scheme) {
            case RSA_PKCS1_SHA256 -> Signature.getInstance("SHA256withRSA");
            case RSA_PKCS1_SHA384 -> Signature.getInstance("SHA384withRSA");
            case RSA_PKCS1_SHA512 -> Signature.getInstance("SHA512withRSA");
            case RSA_PSS_SHA256 -> pss(MGF1ParameterSpec.SHA256, 32);
            case RSA_PSS_SHA384 -> pss(MGF1ParameterSpec.SHA384, 48);
            case RSA_PSS_SHA512 -> pss(MGF1ParameterSpec.SHA512, 64);
            case ECDSA_SHA256 -> Signature.getInstance("SHA256withECDSA");
            case ECDSA_SHA384 -> Signature.getInstance("SHA384withECDSA");
            case ECDSA_SHA512 -> Signature.getInstance("SHA512withECDSA");
            case ED25519 -> Signature.getInstance("Ed25519");
        };
    }

    // RFC 4056 §2.2: the mask's digest is the message's, the salt as long as the digest
    private static Signature pss(MGF1ParameterSpec digest, int saltLength) throws GeneralSecurityException {
        Signature engine = Signature.getInstance("RSASSA-PSS");
        engine.setParameter(new PSSParameterSpec(
                digest.getDigestAlgorithm(), "MGF1", digest, saltLength, PSSParameterSpec.TRAILER_FIELD_BC));
        return engine;
    }
}
