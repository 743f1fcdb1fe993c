package org.postseal.gateway.smime;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.MessageDigest;
import java.security.ProviderException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.ShortBufferException;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoOperation;

/**
 * Decrypts one content piece by piece in constant memory, whatever its size. Its output is not authenticated before
 * {@link #finish}, so the caller must not pass it on until then. Not thread-safe.
 *
 * <p>Design. The providers' AEAD ciphers hold back a whole message while they decrypt, since they may not give it out
 * before the tag. We do not need this, because a spool holds it back, and we cannot afford it, because a message may be
 * larger than the heap. When they encrypt, the same ciphers give out each piece as it comes. Both AES-GCM and
 * ChaCha20-Poly1305 add a key stream to the content. Encrypting the ciphertext under the same key and nonce therefore
 * gives the plaintext, and encrypting that plaintext again gives the ciphertext with the tag it must have. So two
 * engines that encrypt are enough to decrypt and to authenticate. The mode is the provider's in both, tag and all; none
 * of it is written here.
 */
final class ContentDecryption {
    private final Cipher opening;
    private final @Nullable Cipher sealing;
    private final int tagLength;
    private final CryptoCount count;
    private byte[] plain = new byte[ContentCipher.CHUNK + MARGIN];
    private byte[] sealedAgain = new byte[ContentCipher.CHUNK + MARGIN];

    /**
     * Begins the decryption.
     *
     * @param attributes authenticated attributes (RFC 5083 §2.2); empty if there are none
     */
    ContentDecryption(CipherParameters parameters, byte[] contentKey, byte[] attributes)
            throws GeneralSecurityException {
        this.tagLength = parameters.tagLength();
        this.count = CryptoCount.of(
                CryptoOperation.DECRYPT_CONTENT, parameters.cipher().algorithm().word());
        boolean authenticated = tagLength > 0;
        this.opening = engine(parameters, authenticated ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, contentKey);
        this.sealing = authenticated ? engine(parameters, Cipher.ENCRYPT_MODE, contentKey) : null;
        if (sealing != null && attributes.length > 0) {
            sealing.updateAAD(attributes);
        }
    }

    private Cipher engine(CipherParameters parameters, int mode, byte[] contentKey) throws GeneralSecurityException {
        try {
            return parameters.engine(mode, contentKey);
        } catch (InvalidAlgorithmParameterException theMessages) {
            throw theMessages;
        } catch (GeneralSecurityException | ProviderException e) {
            count.failed(null);
            throw e;
        }
    }

    /** Returns the octets of the tag that the message must carry; 0 if the cipher has none. */
    int tagLength() {
        return tagLength;
    }

    /** Takes the first {@code length} octets of ciphertext; returns how many octets are in {@link #output()} now. */
    int update(byte[] ciphertext, int length) throws GeneralSecurityException {
        plain = fitting(plain, opening.getOutputSize(length));
        int made = opening.update(ciphertext, 0, length, plain, 0);
        seal(made);
        return made;
    }

    /** Returns the plaintext of the last call, from its start. The next call overwrites it. */
    byte[] output() {
        return plain;
    }

    /**
     * Ends the decryption. The last octets of plaintext are in {@link #output()}.
     *
     * @param tag as received; empty if the cipher has none
     * @throws GeneralSecurityException if tag or padding are wrong; then nothing of the plaintext may be used
     */
    int finish(byte[] tag) throws GeneralSecurityException {
        plain = fitting(plain, opening.getOutputSize(0));
        int length = counted();
        if (sealing == null) {
            return length;
        }
        // The opening engine encrypts, so it appends a tag as well. That tag belongs to no message and is cut off.
        int content = length - tagLength;
        seal(content);
        byte[] last = sealing.doFinal();
        byte[] expected = Arrays.copyOfRange(last, last.length - tagLength, last.length);
        if (!MessageDigest.isEqual(expected, tag)) {
            throw new AEADBadTagException("tag");
        }
        return content;
    }

    // The metrics count an operation whether or not its padding is right, so that the figures are no oracle.
    private int counted() throws GeneralSecurityException {
        try {
            int length = opening.doFinal(plain, 0);
            count.done(opening.getProvider());
            return length;
        } catch (BadPaddingException | IllegalBlockSizeException theMessages) {
            count.done(opening.getProvider());
            throw theMessages;
        } catch (GeneralSecurityException | ProviderException e) {
            count.failed(opening.getProvider());
            throw e;
        }
    }

    private void seal(int length) throws ShortBufferException {
        if (sealing != null && length > 0) {
            sealedAgain = fitting(sealedAgain, sealing.getOutputSize(length));
            int _ = sealing.update(plain, 0, length, sealedAgain, 0);
        }
    }

    private static byte[] fitting(byte[] buffer, int size) {
        return buffer.length >= size ? buffer : new byte[size];
    }

    // This leaves room for a block that was held back, and for a tag.
    private static final int MARGIN = 256;
}
