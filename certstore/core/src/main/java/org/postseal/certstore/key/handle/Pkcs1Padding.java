package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.provider.CryptoCount;

/** Makes RSASSA-PKCS1-v1_5 signatures on the bare RSA operation, with EMSA-PKCS1-v1_5 of RFC 8017 §9.2. */
final class Pkcs1Padding {
    private Pkcs1Padding() {}

    static byte[] sign(
            SignatureScheme scheme, byte[] input, int modulusBits, PrivateKey key, Engines engines, CryptoCount count)
            throws GeneralSecurityException {
        Form form = FORMS.get(scheme);
        if (form == null) {
            throw new IllegalArgumentException(scheme + " is not padded here");
        }
        byte[] digest = MessageDigest.getInstance(form.digest()).digest(input);
        byte[] encoded = new byte[(modulusBits + 7) / 8];
        int separator = encoded.length - form.prefix().length - digest.length - 1;
        Arrays.fill(encoded, 1, separator, (byte) 0xFF);
        encoded[1] = 1;
        System.arraycopy(form.prefix(), 0, encoded, separator + 1, form.prefix().length);
        System.arraycopy(digest, 0, encoded, encoded.length - digest.length, digest.length);
        return BareRsa.SIGNING.apply(encoded, key, engines, count);
    }

    static boolean isFor(SignatureScheme scheme) {
        return FORMS.containsKey(scheme);
    }

    /** A digest, and the octets of a DigestInfo in DER before it (RFC 8017 §9.2, note 1). */
    private record Form(String digest, byte[] prefix) {
        static Form of(String digest, String prefix) {
            return new Form(digest, HexFormat.of().parseHex(prefix));
        }
    }

    private static final Map<SignatureScheme, Form> FORMS = Map.of(
            SignatureScheme.RSA_PKCS1_SHA256, Form.of("SHA-256", "3031300d060960864801650304020105000420"),
            SignatureScheme.RSA_PKCS1_SHA384, Form.of("SHA-384", "3041300d060960864801650304020205000430"),
            SignatureScheme.RSA_PKCS1_SHA512, Form.of("SHA-512", "3051300d060960864801650304020305000440"));
}
