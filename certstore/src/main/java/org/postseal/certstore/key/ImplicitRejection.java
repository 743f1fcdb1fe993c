package org.postseal.certstore.key;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes the key that is returned instead of an error: pseudo-random, the same for the same ciphertext, unknown to whoever lacks the private key. */
final class ImplicitRejection {
    private final SecretKeySpec secret;

    private ImplicitRejection(byte[] secret) {
        this.secret = new SecretKeySpec(secret, "HmacSHA256");
    }

    /** Derives the secret from the key; where a token keeps the key to itself, draws one. */
    static ImplicitRejection of(PrivateKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded == null) {
            byte[] drawn = new byte[32];
            new SecureRandom().nextBytes(drawn);
            return new ImplicitRejection(drawn);
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("postseal implicit rejection".getBytes(StandardCharsets.US_ASCII));
            return new ImplicitRejection(digest.digest(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    byte[] substitute(byte[] ciphertext, int length) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            ByteBuffer out = ByteBuffer.allocate((length + 31) / 32 * 32);
            while (out.hasRemaining()) {
                mac.update((byte) (out.position() / 32));
                mac.update((byte) length);
                out.put(mac.doFinal(ciphertext));
            }
            return java.util.Arrays.copyOf(out.array(), length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }
}
