package org.postseal.certstore.key.handle;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.postseal.certstore.Digest;
import org.postseal.certstore.StoreUnavailableException;

/**
 * Makes the key that is returned instead of an error. It is pseudo-random, the same for the same ciphertext, and
 * unknown to anybody without the private key.
 */
public final class ImplicitRejection {
    private final SecretKeySpec secret;

    private ImplicitRejection(byte[] secret) {
        this.secret = new SecretKeySpec(secret, "HmacSHA256");
    }

    /** Derives the secret from the encoding of a key that is in memory. */
    public static ImplicitRejection of(PrivateKey key) {
        byte[] encoded = key.getEncoded();
        return encoded == null ? drawn() : new ImplicitRejection(digest(encoded));
    }

    /**
     * Derives the secret for a key that does not leave its token.
     *
     * <p>The same ciphertext must yield the same substitute after a restart and on every node, as a right ciphertext
     * yields the same key. A random secret per process would tell the two apart. So the token computes the secret: the
     * bare RSA operation on a fixed number below the modulus, which SHA-256 spreads over the whole length. Anybody
     * without the private key would have to invert RSA at that point, and the program never shows the result. As a
     * ciphertext, the number is rejected like any other; as a signature, it has no padding. This asks no more of the
     * token than recovering a content key does. A signature over a label would need CKA_SIGN, which a key for
     * encryption should not have. A key that may not even do this recovers no content key, so its substitutes need not
     * be equal.
     *
     * <p>For ECDH a random secret is enough: only the maker of the ephemeral key can tell whether the wrapped key is
     * right.
     */
    public static ImplicitRejection ofToken(KeyAccess key, PublicKey publicKey) {
        if (!(publicKey instanceof RSAPublicKey rsa)) {
            return drawn();
        }
        try {
            byte[] number = spread((rsa.getModulus().bitLength() + 7) / 8);
            return new ImplicitRejection(digest(key.use((lent, engines) -> {
                Cipher operation = engines.rawRsa();
                operation.init(Cipher.DECRYPT_MODE, lent);
                return operation.doFinal(number);
            })));
        } catch (GeneralSecurityException | ProviderException | StoreUnavailableException e) {
            return drawn();
        }
    }

    private static ImplicitRejection drawn() {
        byte[] drawn = new byte[32];
        new SecureRandom().nextBytes(drawn);
        return new ImplicitRejection(drawn);
    }

    // The first octet stays 0, which keeps the number below a modulus of this length.
    private static byte[] spread(int octets) {
        ByteBuffer out = ByteBuffer.allocate((octets + 31) / 32 * 32);
        while (out.hasRemaining()) {
            out.put(digest(new byte[] {(byte) (out.position() / 32)}));
        }
        byte[] number = Arrays.copyOf(out.array(), octets);
        number[0] = 0;
        return number;
    }

    private static byte[] digest(byte[] octets) {
        MessageDigest digest = Digest.SHA_256.start();
        digest.update("postseal implicit rejection".getBytes(StandardCharsets.US_ASCII));
        return digest.digest(octets);
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
            return Arrays.copyOf(out.array(), length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }
}
