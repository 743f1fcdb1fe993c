package org.postseal.policy.header;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An encoded word (RFC 2047) at its place in a text. It is found as the most tolerant programs find it: anywhere, and
 * even with blanks and question marks in it.
 *
 * @param end the index behind its last character
 * @param label the name of its charset, as written
 * @param isBase64 if false, the encoding is Q
 */
record EncodedWord(int start, int end, String label, WordCharset charset, boolean isBase64, String encoded) {
    /**
     * The encoded words of a text.
     *
     * @param words in their order
     * @param isOpen whether a word begins and does not end
     */
    record Found(List<EncodedWord> words, boolean isOpen) {}

    static Found findIn(String text) {
        return findIn(text, false);
    }

    /** Finds words as {@link #findIn(String)} does, but if one begins within another, only the inner one is a word. */
    static Found findInnermostIn(String text) {
        return findIn(text, true);
    }

    private static Found findIn(String text, boolean isInnermost) {
        List<EncodedWord> words = new ArrayList<>();
        Map<String, WordCharset> known = new HashMap<>();
        int at = text.indexOf("=?");
        while (at >= 0) {
            int from = encodedFrom(text, at);
            int end = from < 0 ? -1 : text.indexOf("?=", from);
            if (from >= 0 && end < 0) {
                return new Found(words, true);
            }
            boolean isWord = from >= 0 && !(isInnermost && holdsAnother(text, at, end));
            if (isWord) {
                boolean isBase64 = (text.charAt(from - 2) | 32) == 'b';
                String label = text.substring(at + 2, from - 3);
                WordCharset charset = known.computeIfAbsent(label, WordCharset::of);
                words.add(new EncodedWord(at, end + 2, label, charset, isBase64, text.substring(from, end)));
            }
            at = text.indexOf("=?", isWord ? end + 2 : at + 2);
        }
        return new Found(words, false);
    }

    /** Returns where the encoded text begins in a word that begins at an index; -1 if no word begins there. */
    private static int encodedFrom(String text, int at) {
        int name = text.indexOf('?', at + 2);
        boolean isWord = name >= 0
                && name + 2 < text.length()
                && "BbQq".indexOf(text.charAt(name + 1)) >= 0
                && text.charAt(name + 2) == '?';
        return isWord ? name + 3 : -1;
    }

    // The two characters at the end of a word may also be the beginning of the next one.
    private static boolean holdsAnother(String text, int at, int end) {
        for (int inner = text.indexOf("=?", at + 2);
                inner >= 0 && inner < end + 2;
                inner = text.indexOf("=?", inner + 1)) {
            int from = encodedFrom(text, inner);
            if (from >= 0 && text.indexOf("?=", from) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns true if every program finds the word: it follows RFC 2047 §2 and §5, but may have any length. */
    boolean isRegular(String text) {
        boolean isApart = (start == 0 || " \t(".indexOf(text.charAt(start - 1)) >= 0)
                && (end == text.length() || " \t)".indexOf(text.charAt(end)) >= 0);
        return isApart
                && label.chars().allMatch(c -> c > ' ' && c < 127 && "()<>@,;:\\\"/[]?.='".indexOf(c) < 0)
                && encoded.chars().allMatch(c -> c > ' ' && c < 127 && c != '?')
                && isRegularlyEncoded();
    }

    private boolean isRegularlyEncoded() {
        return isBase64 ? Base64Octets.isRegular(encoded) : isRegularQuoted();
    }

    /** Returns false if some program may read the word in a way that nobody here knows. */
    boolean isKnown() {
        boolean isModified = Letters.lower(label).contains("imap");
        return charset.isKnown()
                && isRegularlyEncoded()
                && (!charset.isUtf7()
                        || Arrays.stream(Base64Octets.Reading.values())
                                .map(reading -> new String(octets(reading, false), StandardCharsets.ISO_8859_1))
                                .allMatch(octets -> Utf7.isWellFormed(octets, isModified)));
    }

    // Without its digits, an equals sign may take digits from the next word.
    private boolean isRegularQuoted() {
        for (int i = encoded.indexOf('='); i >= 0; i = encoded.indexOf('=', i + 1)) {
            if (i + 2 >= encoded.length() || !isHex(encoded.charAt(i + 1)) || !isHex(encoded.charAt(i + 2))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the encoded octets of a word in a text whose characters are octets. If the text is not base64 at all, it
     * returns the text as it is.
     */
    byte[] octets(Base64Octets.Reading reading, boolean skipsBlanks) {
        if (!isBase64) {
            return quoted(skipsBlanks ? encoded.replaceAll("\\s", "") : encoded);
        }
        byte[] octets = Base64Octets.decode(encoded, reading);
        boolean isNone = octets.length == 0 && encoded.chars().anyMatch(c -> Base64Octets.value((char) c) >= 0);
        return isNone ? encoded.getBytes(StandardCharsets.ISO_8859_1) : octets;
    }

    private static byte[] quoted(String encoded) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '=' && i + 2 < encoded.length() && isHex(encoded.charAt(i + 1)) && isHex(encoded.charAt(i + 2))) {
                octets.write(Integer.parseInt(encoded, i + 1, i + 3, 16));
                i += 2;
            } else {
                octets.write(c == '_' ? ' ' : c);
            }
        }
        return octets.toByteArray();
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0 && c < 128;
    }
}
