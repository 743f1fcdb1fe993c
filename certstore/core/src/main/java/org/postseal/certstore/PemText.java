package org.postseal.certstore;

import java.util.Base64;
import java.util.Optional;

/**
 * Writes an object in PEM (RFC 7468) as OpenSSL does, and finds it again. Files that others have made, with any number
 * of objects, are read by {@code certstore.format}.
 */
public final class PemText {
    private PemText() {}

    /** Writes the object, with a line end behind it. */
    public static String of(String label, byte[] der) {
        return begin(label) + "\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n" + end(label) + "\n";
    }

    /**
     * Decodes the first object of this label; empty if there is none.
     *
     * @throws IllegalArgumentException if it has no end, or is not base64
     */
    public static Optional<byte[]> find(String text, String label) {
        int begin = text.indexOf(begin(label));
        if (begin < 0) {
            return Optional.empty();
        }
        int content = begin + begin(label).length();
        int end = text.indexOf(end(label), content);
        if (end < 0) {
            throw new IllegalArgumentException("PEM object without its end");
        }
        return Optional.of(Base64.getMimeDecoder().decode(text.substring(content, end)));
    }

    private static String begin(String label) {
        return "-----BEGIN " + label + "-----";
    }

    private static String end(String label) {
        return "-----END " + label + "-----";
    }
}
