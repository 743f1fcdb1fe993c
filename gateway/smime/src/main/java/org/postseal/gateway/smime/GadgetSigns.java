package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.TransferEncodingException;
import org.postseal.policy.facts.Facts.Suspicion;
import org.postseal.policy.header.Letters;

/**
 * Looks for traces of an attacker who changes a ciphertext that no tag protects (EFAIL, "malleability gadgets"): blocks
 * of random octets within text, and links or images in HTML whose address takes in the text after it. These are signs
 * and no proof, and their absence proves nothing.
 */
public final class GadgetSigns {
    private GadgetSigns() {}

    /**
     * Returns the first sign that is found in an opened message.
     *
     * @param plain as it came out of the cipher. Mail programs write it in ASCII or UTF-8, with base64 for all else. An
     *     octet in another charset, or of a binary part, may as well be a random one. A random block of 16 octets is
     *     UTF-8 without control characters about once in 200,000 times, ASCII once in four million, and a piece of
     *     base64 once in four thousand millions
     */
    public static Optional<Suspicion> find(RawMessage plain, MimeEntity root) throws IOException {
        Optional<Suspicion> found = find(root);
        return found.isPresent() || isText(plain) ? found : Optional.of(Suspicion.FOREIGN_OCTETS);
    }

    private static Optional<Suspicion> find(MimeEntity root) throws IOException {
        for (MimeEntity entity : root.all()) {
            if (entity.parts().isEmpty() && !isEncodedThroughout(entity)) {
                return Optional.of(Suspicion.FOREIGN_OCTETS);
            }
            if (entity.contentType().type().equals("text")) {
                String text = start(entity);
                if (!isWide(entity) && CONTROLS.matcher(text).find()) {
                    return Optional.of(Suspicion.CONTROL_CHARACTERS);
                }
                if (entity.contentType().is("text", "html")
                        && OPEN_ADDRESS.matcher(text).find()) {
                    return Optional.of(Suspicion.OPEN_ADDRESS);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Returns false if a part is not written in the encoding that it names. A random block hardly ever looks like a
     * line of base64, nor does the text behind it. The largest text that an attacker may know, and in which they can
     * choose among many places, is that of an attachment.
     */
    private static boolean isEncodedThroughout(MimeEntity entity) throws IOException {
        try (InputStream in = entity.body().open()) {
            return switch (entity.transferEncoding()) {
                case BASE64 -> entity.body().size() == 0 || PlainOctets.isBase64(in);
                case QUOTED_PRINTABLE -> isAscii(in);
                case SEVEN_BIT, EIGHT_BIT, BINARY, UNKNOWN -> true;
            };
        }
    }

    private static boolean isAscii(InputStream in) throws IOException {
        byte[] chunk = new byte[CHUNK];
        int found = 0;
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            for (int i = 0; i < n; i++) {
                found |= chunk[i];
            }
        }
        return found >= 0;
    }

    private static boolean isText(RawMessage plain) throws IOException {
        char[] chunk = new char[CHUNK];
        try (Reader in = new InputStreamReader(plain.open(), StandardCharsets.UTF_8.newDecoder())) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                for (int i = 0; i < n; i++) {
                    if (isForeign(chunk[i])) {
                        return false;
                    }
                }
            }
            return true;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }

    private static boolean isForeign(char c) {
        return c < ' ' ? HONEST_CONTROLS.indexOf(c) < 0 : c >= 0x7F && c < 0xA0;
    }

    // In these charsets, every other octet is a NUL (RFC 2781).
    private static boolean isWide(MimeEntity entity) {
        String charset = Letters.lower(entity.contentType().parameter("charset").orElse(""));
        return charset.startsWith("utf-16") || charset.startsWith("utf-32");
    }

    private static String start(MimeEntity entity) throws IOException {
        try (InputStream in = entity.transferEncoding().decode(entity.body().open())) {
            String text = new String(in.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1);
            // The text was cut at the limit. The quotes close an address that the cut left open, which is no sign of an
            // attack.
            return in.read() < 0 ? text : text + "\"'";
        } catch (TransferEncodingException notWhatItSays) {
            return "";
        }
    }

    private static final int LOOKED_AT = 256 * 1024;
    private static final int CHUNK = 8 * 1024;
    // Honest text may hold escapes and shifts (ISO-2022), a form feed (old plain text), and the old end-of-file mark.
    private static final String HONEST_CONTROLS = "\t\n\f\r\016\017\032\033";
    private static final Pattern CONTROLS = Pattern.compile("[\\x00-\\x08\\x0B\\x10-\\x19\\x1C-\\x1F]");
    // This is an attribute whose value begins with an external address, and whose quotes hold a line end or never
    // close.
    private static final Pattern OPEN_ADDRESS = Pattern.compile(
            "(?:src|href|background|action|data|poster|srcset)\\s*+=\\s*+"
                    + "(?:\"(?:https?:)?//[^\"\r\n]*+(?:[\r\n]|\\z)|'(?:https?:)?//[^'\r\n]*+(?:[\r\n]|\\z))",
            Pattern.CASE_INSENSITIVE);
}
