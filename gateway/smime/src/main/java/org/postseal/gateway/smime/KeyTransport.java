package org.postseal.gateway.smime;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.certstore.key.handle.ContentKeyAlgorithm;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoOperation;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;

/**
 * Says how a content key is encrypted to an RSA key: by PKCS #1 v1.5 (RFC 3370 §4.2.1), or by OAEP with one digest for
 * label and mask (RFC 3560, RFC 4055 §4.1).
 */
enum KeyTransport {
    PKCS1(RsaKeyTransport.PKCS1, ""),
    OAEP_SHA1(RsaKeyTransport.OAEP_SHA1, "SHA-1"),
    OAEP_SHA256(RsaKeyTransport.OAEP_SHA256, "SHA-256"),
    OAEP_SHA384(RsaKeyTransport.OAEP_SHA384, "SHA-384"),
    OAEP_SHA512(RsaKeyTransport.OAEP_SHA512, "SHA-512");

    private final RsaKeyTransport setting;
    private final String digest;

    KeyTransport(RsaKeyTransport setting, String digest) {
        this.setting = setting;
        this.digest = digest;
    }

    static KeyTransport of(RsaKeyTransport setting) {
        return valueOf(setting.name());
    }

    /**
     * Returns what a capability names. The result is empty if it has a label or two digests, or is malformed. By RFC
     * 3560 §5, the parameters are part of a capability, and absent ones mean SHA-1.
     */
    static Optional<KeyTransport> namedBy(AlgorithmIdentifier capability) {
        if (capability.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return Optional.of(PKCS1);
        }
        if (!capability.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSAES_OAEP)) {
            return Optional.empty();
        }
        try {
            RSAESOAEPparams oaep = capability.getParameters() == null
                    ? new RSAESOAEPparams()
                    : RSAESOAEPparams.getInstance(capability.getParameters());
            ASN1ObjectIdentifier digest = oaep.getHashAlgorithm().getAlgorithm();
            ASN1ObjectIdentifier mask = AlgorithmIdentifier.getInstance(
                            oaep.getMaskGenAlgorithm().getParameters())
                    .getAlgorithm();
            for (KeyTransport transport : values()) {
                if (transport != PKCS1
                        && digest.equals(mask)
                        && oaep.getPSourceAlgorithm().equals(RSAESOAEPparams.DEFAULT_P_SOURCE_ALGORITHM)
                        && digest.equals(transport.digest())) {
                    return Optional.of(transport);
                }
            }
            return Optional.empty();
        } catch (IllegalArgumentException | NullPointerException malformed) {
            return Optional.empty();
        }
    }

    private ASN1ObjectIdentifier digest() {
        return switch (this) {
            case PKCS1 -> throw new IllegalStateException("PKCS #1 v1.5 has no digest");
            case OAEP_SHA1 -> OIWObjectIdentifiers.idSHA1;
            case OAEP_SHA256 -> NISTObjectIdentifiers.id_sha256;
            case OAEP_SHA384 -> NISTObjectIdentifiers.id_sha384;
            case OAEP_SHA512 -> NISTObjectIdentifiers.id_sha512;
        };
    }

    RsaKeyTransport setting() {
        return setting;
    }

    /** Returns the identifier for keyEncryptionAlgorithm, which is also the capability. */
    AlgorithmIdentifier identifier() {
        if (this == PKCS1) {
            return new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
        }
        // RFC 4055 §4.1: the parameters are always there. DER leaves out what is the default, which for SHA-1 is
        // everything.
        AlgorithmIdentifier hash = new AlgorithmIdentifier(digest(), DERNull.INSTANCE);
        return new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_RSAES_OAEP,
                new RSAESOAEPparams(
                        hash,
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, hash),
                        RSAESOAEPparams.DEFAULT_P_SOURCE_ALGORITHM));
    }

    byte[] encrypt(byte[] contentKey, PublicKey key) throws GeneralSecurityException {
        CryptoCount count =
                CryptoCount.of(CryptoOperation.ENCRYPT_KEY, algorithm().word());
        Provider provider = null;
        try {
            // Every provider knows this spelling, with the digests as parameters.
            Cipher padding = Cipher.getInstance(this == PKCS1 ? "RSA/ECB/PKCS1Padding" : "RSA/ECB/OAEPPadding");
            if (this == PKCS1) {
                padding.init(Cipher.ENCRYPT_MODE, key);
            } else {
                padding.init(
                        Cipher.ENCRYPT_MODE,
                        key,
                        new OAEPParameterSpec(
                                digest, "MGF1", new MGF1ParameterSpec(digest), PSource.PSpecified.DEFAULT));
            }
            provider = padding.getProvider();
            byte[] encrypted = padding.doFinal(contentKey);
            count.done(provider);
            return encrypted;
        } catch (GeneralSecurityException | ProviderException e) {
            count.failed(provider);
            throw e;
        }
    }

    private ContentKeyAlgorithm algorithm() {
        return this == PKCS1 ? ContentKeyAlgorithm.RSAES_PKCS1 : ContentKeyAlgorithm.oaep(digest);
    }
}
