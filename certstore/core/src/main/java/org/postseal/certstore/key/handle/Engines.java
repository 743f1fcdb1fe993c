package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.SignatureScheme;

/**
 * The JCA engines that can use a key. A key in memory uses the first provider that can do the operation. A key on a
 * token uses the token's provider and no other. That provider is passed around and not registered. If it were
 * registered, it would offer its digests, ciphers and random numbers to the whole process, and providers before it
 * would be asked to use keys that they cannot use.
 */
public final class Engines {
    /** Takes the first registered provider that can do the operation. */
    public static final Engines REGISTERED = new Engines(null);

    private final @Nullable Provider provider;

    private Engines(@Nullable Provider provider) {
        this.provider = provider;
    }

    public static Engines of(Provider provider) {
        return new Engines(provider);
    }

    /** Gives an engine its key. */
    public interface Keyed {
        void init(Signature engine) throws InvalidKeyException;
    }

    /** Returns an engine that is ready to sign or to verify, of the first provider that takes the key. */
    public Signature signature(SignatureScheme scheme, Keyed key) throws GeneralSecurityException {
        Signature engine = signature(
                switch (scheme) {
                    case RSA_PKCS1_MD5 -> "MD5withRSA";
                    case RSA_PKCS1_SHA1 -> "SHA1withRSA";
                    case RSA_PKCS1_SHA256 -> "SHA256withRSA";
                    case RSA_PKCS1_SHA384 -> "SHA384withRSA";
                    case RSA_PKCS1_SHA512 -> "SHA512withRSA";
                    case RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512 -> "RSASSA-PSS";
                    case ECDSA_SHA1 -> "SHA1withECDSA";
                    case ECDSA_SHA256 -> "SHA256withECDSA";
                    case ECDSA_SHA384 -> "SHA384withECDSA";
                    case ECDSA_SHA512 -> "SHA512withECDSA";
                    case ED25519 -> "Ed25519";
                    case ED448 -> "Ed448";
                    case ML_DSA -> "ML-DSA";
                });
        // The key comes first: parameters would choose the first provider, whether it takes the key or not.
        key.init(engine);
        switch (scheme) {
            case RSA_PSS_SHA256 -> setPss(engine, MGF1ParameterSpec.SHA256, 32);
            case RSA_PSS_SHA384 -> setPss(engine, MGF1ParameterSpec.SHA384, 48);
            case RSA_PSS_SHA512 -> setPss(engine, MGF1ParameterSpec.SHA512, 64);
            default -> {}
        }
        return engine;
    }

    Cipher rawRsa() throws GeneralSecurityException {
        return provider == null
                ? Cipher.getInstance("RSA/ECB/NoPadding")
                : Cipher.getInstance("RSA/ECB/NoPadding", provider);
    }

    KeyAgreement agreement(String name) throws GeneralSecurityException {
        return provider == null ? KeyAgreement.getInstance(name) : KeyAgreement.getInstance(name, provider);
    }

    /** Returns the provider of the engines, or null if each key decides which provider an engine comes from. */
    @Nullable
    Provider provider() {
        return provider;
    }

    /** Returns false if the provider lacks PSS, so that we have to pad for the raw operation ourselves. */
    boolean hasPss() {
        return provider == null || provider.getService("Signature", "RSASSA-PSS") != null;
    }

    private Signature signature(String name) throws GeneralSecurityException {
        return provider == null ? Signature.getInstance(name) : Signature.getInstance(name, provider);
    }

    // RFC 4056 §2.2: MGF1 uses the digest of the message, and the salt is as long as the digest.
    private static void setPss(Signature engine, MGF1ParameterSpec digest, int saltLength)
            throws GeneralSecurityException {
        engine.setParameter(new PSSParameterSpec(
                digest.getDigestAlgorithm(), "MGF1", digest, saltLength, PSSParameterSpec.TRAILER_FIELD_BC));
    }
}
