package org.postseal.gateway.smime;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.RC2ParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.pkcs.RC2CBCParameter;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * Holds a content cipher with its parameters, as read from a message or made for one.
 *
 * @param tagLength octets of the mac; 0 if there is none
 */
record CipherParameters(
        ContentCipher cipher, AlgorithmIdentifier identifier, AlgorithmParameterSpec spec, int tagLength) {
    /** Makes fresh parameters for a message of ours. */
    static CipherParameters fresh(ContentCipher cipher, SecureRandom random) {
        byte[] nonce = new byte[cipher.isAuthenticated() ? NONCE : cipher.block()];
        random.nextBytes(nonce);
        ASN1Encodable encoded = switch (cipher.family()) {
            case CBC, CHACHA20_POLY1305 -> new DEROctetString(nonce);
            case RC2_CBC -> new RC2CBCParameter(Rc2Version.of(8 * cipher.keyLength()), nonce);
            // RFC 5084 §3.2: the length of the tag is written explicitly, since the default is 12.
            case GCM -> new GCMParameters(nonce, TAG);
        };
        return of(cipher, new AlgorithmIdentifier(cipher.oid(), encoded), nonce, cipher.isAuthenticated() ? TAG : 0);
    }

    /**
     * Reads the parameters of a message from outside.
     *
     * @throws GeneralSecurityException if they are not allowed
     * @throws IllegalArgumentException if they are malformed
     */
    static CipherParameters read(ContentCipher cipher, AlgorithmIdentifier identifier) throws GeneralSecurityException {
        ASN1Encodable encoded = identifier.getParameters();
        if (encoded == null) {
            throw new InvalidAlgorithmParameterException("parameters are missing");
        }
        return switch (cipher.family()) {
            case CBC -> of(cipher, identifier, octets(encoded), 0);
            case RC2_CBC ->
                of(cipher, identifier, RC2CBCParameter.getInstance(encoded).getIV(), 0);
            case CHACHA20_POLY1305 -> of(cipher, identifier, octets(encoded), TAG);
            case GCM -> {
                GCMParameters gcm = GCMParameters.getInstance(encoded);
                int nonce = gcm.getNonce().length;
                // RFC 5084 §3.2 allows tags of 12 to 16 octets. All programs make a nonce of 12 octets.
                if (gcm.getIcvLen() < 12 || gcm.getIcvLen() > TAG || nonce < NONCE || nonce > 16) {
                    throw new InvalidAlgorithmParameterException("GCM parameters");
                }
                yield of(cipher, identifier, gcm.getNonce(), gcm.getIcvLen());
            }
        };
    }

    /** Returns true if the parameters of a message hold nothing but what the cipher takes. */
    boolean isPlain() {
        int nonce = cipher.isAuthenticated() ? NONCE : cipher.block();
        return switch (identifier.getParameters()) {
            case ASN1OctetString octets -> octets.getOctetsLength() == nonce;
            case ASN1Sequence sequence -> {
                boolean isPlain = sequence.size() <= 2;
                for (ASN1Encodable element : sequence) {
                    isPlain &= isShort(element);
                }
                yield isPlain && (!(spec instanceof RC2ParameterSpec rc2) || rc2.getIV().length == nonce);
            }
            default -> false;
        };
    }

    private static boolean isShort(ASN1Encodable element) {
        return switch (element) {
            case ASN1Integer number -> number.getValue().bitLength() <= 16;
            case ASN1OctetString octets -> octets.getOctetsLength() <= 16;
            default -> false;
        };
    }

    private static CipherParameters of(
            ContentCipher cipher, AlgorithmIdentifier identifier, byte[] nonce, int tagLength) {
        AlgorithmParameterSpec spec = switch (cipher.family()) {
            case CBC, CHACHA20_POLY1305 -> new IvParameterSpec(nonce);
            case RC2_CBC -> new RC2ParameterSpec(8 * cipher.keyLength(), nonce);
            case GCM -> new GCMParameterSpec(8 * tagLength, nonce);
        };
        return new CipherParameters(cipher, identifier, spec, tagLength);
    }

    private static byte[] octets(ASN1Encodable encoded) {
        return ASN1OctetString.getInstance(encoded).getOctets();
    }

    /** Makes a JCA engine under this key, which the caller wipes. */
    Cipher engine(int mode, byte[] contentKey) throws GeneralSecurityException {
        Cipher engine = Cipher.getInstance(cipher.transformation());
        engine.init(mode, new SecretKeySpec(contentKey, cipher.keyAlgorithm()), spec);
        return engine;
    }

    private static final int NONCE = 12;
    private static final int TAG = 16;
}
