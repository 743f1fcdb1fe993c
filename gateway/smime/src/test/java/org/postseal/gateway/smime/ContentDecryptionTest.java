package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares with what the JCA's own ciphers make in one call. */
class ContentDecryptionTest {
    private static final byte[] ATTRIBUTES = {1, 2, 3};
    private static final int[] SIZES = {0, 1, 15, 16, 17, 16_383, 16_384, 16_385, 100_000};

    static {
        Pki.key(Pki.ALICE, org.postseal.certstore.key.KeyAlgorithm.P256);
    }

    private record Sealed(CipherParameters parameters, byte[] key, byte[] plain, byte[] ciphertext, byte[] tag) {}

    @ParameterizedTest
    @EnumSource(
            value = ContentCipher.class,
            names = {"AES128_GCM", "AES192_GCM", "AES256_GCM", "CHACHA20_POLY1305", "AES256_CBC"})
    void givesBackWhatWasEncrypted(ContentCipher cipher) throws Exception {
        for (int size : SIZES) {
            Sealed sealed = seal(cipher, size);
            assertThat(decrypt(sealed, sealed.ciphertext(), sealed.tag(), ATTRIBUTES))
                    .as("%s octets", size)
                    .isEqualTo(sealed.plain());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ContentCipher.class,
            names = {"AES128_GCM", "AES192_GCM", "AES256_GCM", "CHACHA20_POLY1305"})
    void refusesWhatWasAltered(ContentCipher cipher) throws Exception {
        for (int size : SIZES) {
            Sealed sealed = seal(cipher, size);
            for (int octet : new int[] {0, size / 2, size - 1}) {
                if (octet >= 0 && octet < size) {
                    byte[] altered = sealed.ciphertext().clone();
                    altered[octet] ^= 1;
                    assertThatThrownBy(() -> decrypt(sealed, altered, sealed.tag(), ATTRIBUTES))
                            .isInstanceOf(AEADBadTagException.class);
                }
            }
            for (int octet = 0; octet < sealed.tag().length; octet++) {
                byte[] altered = sealed.tag().clone();
                altered[octet] ^= (byte) 0x80;
                assertThatThrownBy(() -> decrypt(sealed, sealed.ciphertext(), altered, ATTRIBUTES))
                        .isInstanceOf(AEADBadTagException.class);
            }
            assertThatThrownBy(() -> decrypt(sealed, sealed.ciphertext(), sealed.tag(), new byte[] {1, 2, 4}))
                    .isInstanceOf(AEADBadTagException.class);
            assertThatThrownBy(() -> decrypt(sealed, sealed.ciphertext(), new byte[0], ATTRIBUTES))
                    .isInstanceOf(AEADBadTagException.class);
        }
    }

    private static Sealed seal(ContentCipher cipher, int size) throws GeneralSecurityException {
        byte[] key = new byte[cipher.keyLength()];
        byte[] plain = new byte[size];
        Random random = new Random(size);
        random.nextBytes(key);
        random.nextBytes(plain);
        CipherParameters parameters = CipherParameters.fresh(cipher, new SecureRandom());
        Cipher engine = parameters.engine(Cipher.ENCRYPT_MODE, key);
        if (parameters.tagLength() > 0) {
            engine.updateAAD(ATTRIBUTES);
        }
        byte[] all = engine.doFinal(plain);
        int end = all.length - parameters.tagLength();
        return new Sealed(parameters, key, plain, Arrays.copyOf(all, end), Arrays.copyOfRange(all, end, all.length));
    }

    private static byte[] decrypt(Sealed sealed, byte[] ciphertext, byte[] tag, byte[] attributes)
            throws GeneralSecurityException {
        ContentDecryption decryption = new ContentDecryption(sealed.parameters(), sealed.key(), attributes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int from = 0; from < ciphertext.length; from += ContentCipher.CHUNK) {
            byte[] chunk =
                    Arrays.copyOfRange(ciphertext, from, Math.min(ciphertext.length, from + ContentCipher.CHUNK));
            int count = decryption.update(chunk, chunk.length);
            out.write(decryption.output(), 0, count);
        }
        int count = decryption.finish(tag);
        out.write(decryption.output(), 0, count);
        return out.toByteArray();
    }
}
