package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Unwraps AES key wrap (RFC 3394 §2.2.2) and reports the integrity check as a number instead of an exception. Every
 * {@code Cipher} of the JCA throws, which takes several times as long as everything else, so an altered wrapped key
 * would show in the time until the reply.
 */
final class AesKeyUnwrap {
    private AesKeyUnwrap() {}

    /**
     * Returns the content key, or the substitute if the integrity check fails.
     *
     * @param wrapped the wrapped key, eight octets longer than the content key; any other length yields the substitute
     *     at once, since anybody can see the length
     */
    static byte[] unwrap(byte[] wrappingKey, byte[] wrapped, byte[] substitute) throws GeneralSecurityException {
        int length = substitute.length;
        if (length < 2 * HALF || length % HALF != 0 || wrapped.length != length + HALF) {
            return substitute;
        }
        Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.DECRYPT_MODE, new SecretKeySpec(wrappingKey, "AES"));
        byte[] found = Arrays.copyOfRange(wrapped, HALF, wrapped.length);
        byte[] block = Arrays.copyOf(wrapped, 2 * HALF);
        int halves = length / HALF;
        for (int step = 6 * halves; step > 0; step--) {
            int at = HALF * ((step - 1) % halves);
            // The step counts as a 64-bit number. Only its last octet can differ from 0.
            block[HALF - 1] ^= (byte) step;
            System.arraycopy(found, at, block, HALF, HALF);
            int _ = aes.update(block, 0, block.length, block, 0);
            System.arraycopy(block, HALF, found, at, HALF);
        }
        int wrong = 0;
        for (int i = 0; i < HALF; i++) {
            wrong |= block[i] ^ INITIAL;
        }
        Arrays.fill(block, (byte) 0);
        return ConstantTime.select(wrong & 0xFF, found, substitute);
    }

    private static final int HALF = 8;
    // RFC 3394 §2.2.3.1 defines this initial value.
    private static final byte INITIAL = (byte) 0xA6;
}
