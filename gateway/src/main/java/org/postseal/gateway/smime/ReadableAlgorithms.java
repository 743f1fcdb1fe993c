package org.postseal.gateway.smime;

import java.util.EnumSet;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.policy.EncryptionSettings.Cipher;
import org.postseal.policy.EncryptionSettings.RsaKeyTransport;

/** What of ours SMIMECapabilities name. */
public final class ReadableAlgorithms {
    private ReadableAlgorithms() {}

    /** The content ciphers. */
    public static Set<Cipher> ciphers(SmimeCapabilities capabilities) {
        Set<Cipher> ciphers = EnumSet.noneOf(Cipher.class);
        for (Cipher cipher : Cipher.values()) {
            if (capabilities.algorithms().stream().anyMatch(ContentCipher.of(cipher)::isNamedBy)) {
                ciphers.add(cipher);
            }
        }
        return ciphers;
    }

    /** The transports for RSA keys. */
    public static Set<RsaKeyTransport> keyTransports(SmimeCapabilities capabilities) {
        Set<RsaKeyTransport> transports = EnumSet.noneOf(RsaKeyTransport.class);
        for (AlgorithmIdentifier algorithm : capabilities.algorithms()) {
            if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
                transports.add(RsaKeyTransport.PKCS1);
            } else if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSAES_OAEP)
                    && isOurOaep(algorithm.getParameters())) {
                transports.add(RsaKeyTransport.OAEP_SHA256);
            }
        }
        return transports;
    }

    // RFC 3560 §5: the parameters are part of the capability, and absent ones mean SHA-1
    private static boolean isOurOaep(ASN1Encodable parameters) {
        try {
            RSAESOAEPparams oaep = RSAESOAEPparams.getInstance(parameters);
            return oaep != null
                    && oaep.getHashAlgorithm().getAlgorithm().equals(NISTObjectIdentifiers.id_sha256)
                    && AlgorithmIdentifier.getInstance(
                                    oaep.getMaskGenAlgorithm().getParameters())
                            .getAlgorithm()
                            .equals(NISTObjectIdentifiers.id_sha256);
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
