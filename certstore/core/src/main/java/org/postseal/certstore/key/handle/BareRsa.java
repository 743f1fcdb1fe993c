package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import javax.crypto.Cipher;
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

    /**
     * Applies the operation to {@code number}. Both numbers are big-endian, and the result may lack leading zeros.
     *
     * @param count the counter for the provider's success or failure
     */
    byte[] apply(byte[] number, PrivateKey key, Engines engines, CryptoCount count) throws GeneralSecurityException {
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
