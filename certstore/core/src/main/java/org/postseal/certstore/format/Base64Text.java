package org.postseal.certstore.format;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Decodes base64 over any number of lines; it skips nothing but white space. */
final class Base64Text {
    private Base64Text() {}

    static Optional<byte[]> decode(CharSequence text) {
        byte[] letters = new byte[text.length()];
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0x7f) {
                return Optional.empty();
            }
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
                letters[count++] = (byte) c;
            }
        }
        try {
            return Optional.of(Base64.getDecoder().decode(Arrays.copyOf(letters, count)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
