package org.postseal.certstore.key;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import javax.crypto.Cipher;
import org.postseal.certstore.provider.CryptoCount;

/** The private operation of RSA on a number (RFC 8017 §5), as an engine does it, and who did it. The padding of the number is none of its business. */
enum BareRsa {
    /** RSASP1: what a token allows under {@code CKA_SIGN}. */
    SIGNING(Cipher.ENCRYPT_MODE),
    /** RSADP: what it allows under {@code CKA_DECRYPT}. */
    DECRYPTING(Cipher.DECRYPT_MODE);

    private final int mode;

    BareRsa(int mode) {
        this.mode = mode;
    }

    /**
     * The number that comes of {@code number}, both big-endian; leading zeros may be missing.
     *
     * @param count in which the provider's success or failure is entered
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
