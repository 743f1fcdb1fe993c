package org.postseal.certstore.key;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.WrappedKey;

/**
 * Wraps PKCS #8 by AES-256-GCM under a fresh nonce. The key's id and the version of the format are associated data, so
 * a row that was moved to another id or changed cannot be unwrapped.
 */
final class KeyWrap {
    private static final int FORMAT = 1;
    private static final SecureRandom RANDOM = new SecureRandom();

    private KeyWrap() {}

    static WrappedKey wrap(KeyMaterial key, MasterKey master) {
        PublicKeyId id = PublicKeyId.of(key.publicKey());
        byte[] nonce = new byte[12];
        RANDOM.nextBytes(nonce);
        byte[] plain = key.encoded();
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, master.wrappingKey(), new GCMParameterSpec(128, nonce));
            cipher.updateAAD(associated(id, FORMAT));
            return new WrappedKey(id, FORMAT, HexFormat.of().parseHex(master.name()), nonce, cipher.doFinal(plain));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /**
     * Unwraps a key.
     *
     * @throws KeyFileException if it cannot be unwrapped, or if it is not the key that its id names
     */
    static KeyMaterial unwrap(WrappedKey wrapped, MasterKey master) throws KeyFileException {
        if (wrapped.format() != FORMAT) {
            throw new KeyFileException("private key " + wrapped.id() + " is wrapped in format " + wrapped.format()
                    + ", which this program does not know");
        }
        byte[] plain = new byte[0];
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, master.wrappingKey(), new GCMParameterSpec(128, wrapped.nonce()));
            cipher.updateAAD(associated(wrapped.id(), wrapped.format()));
            plain = cipher.doFinal(wrapped.wrapped());
            KeyMaterial key = PrivateKeyReader.read(PrivateKeyInfo.getInstance(plain));
            if (!PublicKeyId.of(key.publicKey()).equals(wrapped.id())) {
                throw new KeyFileException("private key " + wrapped.id() + " is another one");
            }
            return key;
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw new KeyFileException(
                    "private key " + wrapped.id() + " does not open: the row was changed or belongs to another key", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private static byte[] associated(PublicKeyId id, int format) {
        byte[] label = "postseal private key".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(label.length + 4 + 32)
                .put(label)
                .putInt(format)
                .put(id.octets())
                .array();
    }
}
