package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import javax.crypto.Cipher;
import org.postseal.certstore.key.batch.RsaBatches;
import org.postseal.certstore.provider.CryptoCount;

/**
 * The private RSA operation on a number (RFC 8017 §5), as a provider computes it. It also counts which provider did it.
 * It neither adds nor checks any padding.
 */
enum BareRsa {
    /** RSASP1, which a token allows under {@code CKA_SIGN}. */
    SIGNING(Cipher.ENCRYPT_MODE),
    /** RSADP, which a token allows under {@code CKA_DECRYPT}. */
    DECRYPTING(Cipher.DECRYPT_MODE);

    private final int mode;

    BareRsa(int mode) {
        this.mode = mode;
    }

    /** Returns true if operations with this key may share a call of native code, which then adds no padding either. */
    static boolean isBatched(PrivateKey key, Engines engines) {
        return engines.provider() == null && RsaBatches.current().serves(key);
    }

    /**
     * Applies the operation to {@code number}. Both numbers are big-endian, and the result may lack leading zeros. The
     * caller may wait a little for others, if operations of this process go in batches.
     *
     * @param count the counter for the provider's success or failure
     */
    byte[] apply(byte[] number, PrivateKey key, Engines engines, CryptoCount count) throws GeneralSecurityException {
        return isBatched(key, engines)
                ? RsaBatches.current()
                        .apply(number, key, this == SIGNING, count, () -> alone(number, key, engines, count))
                : alone(number, key, engines, count);
    }

    private byte[] alone(byte[] number, PrivateKey key, Engines engines, CryptoCount count)
            throws GeneralSecurityException {
        Provider provider = engines.provider();
        try {
            Cipher rsa = engines.rawRsa();
            rsa.init(mode, key);
            provider = rsa.getProvider();
            byte[] answer = rsa.doFinal(number);
            count.done(provider);
            return answer;
        } catch (GeneralSecurityException | RuntimeException e) {
            count.failed(provider);
            throw e;
        }
    }
}
