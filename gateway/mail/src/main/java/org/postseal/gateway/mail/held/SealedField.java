package org.postseal.gateway.mail.held;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.postseal.certstore.Secret;
import org.postseal.gateway.mail.RawMessage;

/**
 * Writes and reads a header field with a token in base64url: version, public name of the key, nonce, and octets under
 * AES-256-GCM. HKDF-SHA-256 (RFC 5869) derives a key for each purpose from the secret that all gateways of a fleet
 * share. The token ends with a semicolon, so that a line below which begins with a blank is no part of it. Thread-safe.
 */
public final class SealedField {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String name;
    private final SecretKeySpec key;
    private final byte[] keyName;

    /** @param purpose tells apart the keys that come from one secret */
    public SealedField(String name, Secret secret, String purpose) {
        byte[] octets = secret.octets();
        this.name = name;
        this.key = new SecretKeySpec(derived(octets, "postseal " + purpose, 32), "AES");
        this.keyName = derived(octets, "postseal name of the key for " + purpose, KEY_NAME);
        Arrays.fill(octets, (byte) 0);
    }

    /** The result of looking for the field in a message. */
    public sealed interface Found {
        /** No field of this name stands in the header section, or none within the octets that are looked at. */
        record Nothing() implements Found {}

        record OfAnotherKey() implements Found {}

        record Altered() implements Found {}

        /**
         * The field was written with our key.
         *
         * @param plain what was sealed
         * @param whole the field as it was found, with all that stands below it
         * @param rest what stands below the field
         */
        record Read(RawMessage plain, RawMessage whole, RawMessage rest) implements Found {}
    }

    /** Returns the whole field with its line ends. */
    public byte[] write(byte[] plain) {
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plain);
            byte[] token = ByteBuffer.allocate(LEAST - TAG + sealed.length)
                    .put(VERSION)
                    .put(keyName)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return folded(encoded(token) + ";");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /** Looks for the first field of this name, in the header section and within {@link #MOST_LOOKED_AT} octets. */
    public Found find(RawMessage message) throws IOException {
        byte[] top;
        try (InputStream in = message.open()) {
            top = in.readNBytes(MOST_LOOKED_AT);
        }
        String text = new String(top, StandardCharsets.ISO_8859_1);
        int start = start(text);
        if (start < 0) {
            return new Found.Nothing();
        }
        int end = text.indexOf(END, start);
        if (end < 0) {
            return new Found.Altered();
        }
        String token = text.substring(start + name.length() + 1, end).replaceAll("[ \t\r\n]", "");
        return read(token, message.from(start), message.from(end + (long) END.length()));
    }

    private Found read(String token, RawMessage whole, RawMessage rest) {
        Optional<ByteBuffer> octets = decoded(token);
        if (octets.isEmpty()) {
            return new Found.Altered();
        }
        byte version = octets.get().get();
        byte[] ofKey = new byte[KEY_NAME];
        octets.get().get(ofKey);
        if (version != VERSION || !Arrays.equals(ofKey, keyName)) {
            return new Found.OfAnotherKey();
        }
        byte[] nonce = new byte[NONCE];
        octets.get().get(nonce);
        byte[] sealed = new byte[octets.get().remaining()];
        octets.get().get(sealed);
        try {
            return new Found.Read(
                    RawMessage.of(cipher(Cipher.DECRYPT_MODE, nonce).doFinal(sealed)), whole, rest);
        } catch (AEADBadTagException altered) {
            return new Found.Altered();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    private static String encoded(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }

    private static Optional<ByteBuffer> decoded(String token) {
        try {
            byte[] octets = Base64.getUrlDecoder().decode(token);
            // The decoder also takes other texts for the same octets.
            return octets.length < LEAST || !encoded(octets).equals(token)
                    ? Optional.empty()
                    : Optional.of(ByteBuffer.wrap(octets));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** Returns where the field begins, or -1 if the header section, or the text, has no such field. */
    private int start(String text) {
        String label = name + ":";
        int line = 0;
        while (line < text.length() && text.charAt(line) != '\r' && text.charAt(line) != '\n') {
            if (text.regionMatches(true, line, label, 0, label.length())) {
                return line;
            }
            int end = text.indexOf('\n', line);
            if (end < 0) {
                return -1;
            }
            line = end + 1;
        }
        return -1;
    }

    private byte[] folded(String token) {
        StringBuilder field = new StringBuilder(name).append(": ");
        for (int i = 0; i < token.length(); i += ON_A_LINE) {
            field.append(i == 0 ? "" : "\r\n ").append(token, i, Math.min(i + ON_A_LINE, token.length()));
        }
        return field.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG, nonce));
        cipher.updateAAD(name.getBytes(StandardCharsets.US_ASCII));
        cipher.updateAAD(new byte[] {VERSION});
        return cipher;
    }

    private static byte[] derived(byte[] secret, String purpose, int octets) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(secret)
                            .thenExpand(purpose.getBytes(StandardCharsets.US_ASCII), octets));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK derives keys by HKDF", e);
        }
    }

    /** How far from its top a message is looked at: the field stands below what the next hops have added. */
    public static final int MOST_LOOKED_AT = 256 * 1024;

    private static final byte VERSION = 1;
    private static final int KEY_NAME = 8;
    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final int LEAST = 1 + KEY_NAME + NONCE + TAG;
    private static final int ON_A_LINE = 56;
    private static final String END = ";\r\n";
}
