package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Arrays;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.provider.CryptoCount;

/**
 * Makes RSASSA-PSS signatures with tokens that have only the bare RSA operation. It uses EMSA-PSS of RFC 8017 §9.1.1,
 * with the MGF1 and salt of RFC 4056 §2.2.
 */
final class PssPadding {
    private PssPadding() {}

    static byte[] sign(
            SignatureScheme scheme, byte[] input, int modulusBits, PrivateKey key, Engines engines, CryptoCount count)
            throws GeneralSecurityException {
        byte[] octets = new byte[(modulusBits + 7) / 8];
        byte[] encoded = encode(digest(scheme), input, modulusBits - 1);
        System.arraycopy(encoded, 0, octets, octets.length - encoded.length, encoded.length);
        return BareRsa.SIGNING.apply(octets, key, engines, count);
    }

    static boolean isPss(SignatureScheme scheme) {
        return scheme == SignatureScheme.RSA_PSS_SHA256
                || scheme == SignatureScheme.RSA_PSS_SHA384
                || scheme == SignatureScheme.RSA_PSS_SHA512;
    }

    private static MessageDigest digest(SignatureScheme scheme) throws GeneralSecurityException {
        return MessageDigest.getInstance(
                switch (scheme) {
                    case RSA_PSS_SHA256 -> "SHA-256";
                    case RSA_PSS_SHA384 -> "SHA-384";
                    case RSA_PSS_SHA512 -> "SHA-512";
                    case RSA_PKCS1_MD5,
                            RSA_PKCS1_SHA1,
                            RSA_PKCS1_SHA256,
                            RSA_PKCS1_SHA384,
                            RSA_PKCS1_SHA512,
                            ECDSA_SHA1,
                            ECDSA_SHA256,
                            ECDSA_SHA384,
                            ECDSA_SHA512,
                            ED25519,
                            ED448,
                            ML_DSA -> throw new IllegalArgumentException(scheme + " is not PSS");
                });
    }

    private static byte[] encode(MessageDigest digest, byte[] input, int bits) throws GeneralSecurityException {
        int length = digest.getDigestLength();
        int octets = (bits + 7) / 8;
        int separator = octets - 2 * length - 2;
        if (separator < 0) {
            throw new java.security.SignatureException("key too short for PSS");
        }
        byte[] salt = new byte[length];
        RANDOM.nextBytes(salt);
        byte[] inputDigest = digest.digest(input);
        digest.update(new byte[8]);
        digest.update(inputDigest);
        byte[] digestOfAll = digest.digest(salt);
        byte[] encoded = new byte[octets];
        encoded[separator] = 1;
        System.arraycopy(salt, 0, encoded, separator + 1, length);
        int masked = octets - length - 1;
        byte[] mask = mask(digest, digestOfAll, masked);
        for (int i = 0; i < masked; i++) {
            encoded[i] ^= mask[i];
        }
        encoded[0] &= (byte) (0xFF >>> (8 * octets - bits));
        System.arraycopy(digestOfAll, 0, encoded, masked, length);
        encoded[octets - 1] = (byte) 0xBC;
        return encoded;
    }

    // MGF1, RFC 8017 §B.2.1.
    private static byte[] mask(MessageDigest digest, byte[] seed, int octets) {
        byte[] mask = new byte[0];
        for (int block = 0; mask.length < octets; block++) {
            digest.update(seed);
            digest.update(
                    new byte[] {(byte) (block >>> 24), (byte) (block >>> 16), (byte) (block >>> 8), (byte) block});
            byte[] more = digest.digest();
            int before = mask.length;
            mask = Arrays.copyOf(mask, before + more.length);
            System.arraycopy(more, 0, mask, before, more.length);
        }
        return mask;
    }

    private static final SecureRandom RANDOM = new SecureRandom();
}
