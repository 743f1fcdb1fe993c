package org.postseal.gateway.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The only way to write a header field of ours: whatever the texts are, exactly one field comes out, in lines of 78 characters where it can be folded and never over 998. Controls and octets over 127
 * cannot get in: unstructured text that has them becomes encoded-words (RFC 2047), structured parts get a {@code ?} in their place unless UTF-8 is allowed (RFC 6532). Not thread-safe.
 */
public final class HeaderWriter {
    private final String name;
    private final boolean utf8;
    private final StringBuilder field;
    private int column;

    private HeaderWriter(String name, boolean utf8) {
        boolean valid = !name.isEmpty()
                && name.length() <= LINE - 2
                && name.chars().allMatch(c -> c > ' ' && c < 127 && c != ':');
        if (!valid) {
            throw new IllegalArgumentException("not a field name");
        }
        this.name = name;
        this.utf8 = utf8;
        this.field = new StringBuilder(name).append(':');
        this.column = field.length();
    }

    /** A structured field in ASCII, built from parts. */
    public static HeaderWriter structured(String name) {
        return new HeaderWriter(name, false);
    }

    /** A structured field that may hold UTF-8, for a message with SMTPUTF8. */
    public static HeaderWriter structuredUtf8(String name) {
        return new HeaderWriter(name, true);
    }

    /** A whole unstructured field; reading it back gives the text with a blank for each control. */
    public static HeaderField unstructured(String name, String text) {
        HeaderWriter writer = new HeaderWriter(name, false);
        String clean = text.replaceAll("\\p{Cntrl}", " ");
        if (isPlain(clean)) {
            for (String word : clean.isEmpty() ? new String[0] : clean.split(" ", -1)) {
                writer.append(word);
            }
        } else {
            writer.encodedWords(clean);
        }
        return writer.finish();
    }

    /** Words as they are, with a blank before and never folded within: keywords, punctuation, addresses. Blanks within separate words. */
    public HeaderWriter words(String text) {
        for (String word : text.strip().split("\\s+", -1)) {
            if (!word.isEmpty()) {
                append(shorten(clean(word), LONGEST_WORD));
            }
        }
        return this;
    }

    /** Directly behind what was written last, such as {@code ;}. */
    public HeaderWriter glued(String text) {
        String clean = shorten(clean(text.replaceAll("\\s", "")), LONGEST_GLUED);
        field.append(clean);
        column += clean.length();
        return this;
    }

    /** {@code key=value}, the value a token or, where it cannot be one, a quoted string (RFC 8601 §2.2). */
    public HeaderWriter property(String key, String value) {
        append(shorten(clean(key.replaceAll("\\s", "")), LONGEST_KEY) + "=" + value(value));
        return this;
    }

    /** A token, or a quoted string where it cannot be one. */
    public HeaderWriter tokenOrQuoted(String text) {
        append(value(text));
        return this;
    }

    /** A comment, folded between its words. */
    public HeaderWriter comment(String text) {
        String[] words = clean(text).strip().split("\\s+", -1);
        for (int i = 0; i < words.length; i++) {
            String escaped = shorten(words[i], LONGEST_ESCAPED)
                    .replace("\\", "\\\\")
                    .replace("(", "\\(")
                    .replace(")", "\\)");
            append((i == 0 ? "(" : "") + escaped + (i == words.length - 1 ? ")" : ""));
        }
        return this;
    }

    /** The field. */
    public HeaderField finish() {
        byte[] raw = (field + "\r\n").getBytes(StandardCharsets.UTF_8);
        return new HeaderField(name, raw);
    }

    private void append(String piece) {
        boolean first = field.length() == name.length() + 1;
        if (!first && column + 1 + piece.length() > LINE) {
            field.append("\r\n");
            column = 0;
        }
        field.append(' ').append(piece);
        column += 1 + piece.length();
    }

    private void encodedWords(String text) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        text.codePoints().forEach(codePoint -> {
            byte[] one = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
            if (octets.size() + one.length > ENCODED_WORD) {
                appendEncodedWord(octets);
            }
            octets.writeBytes(one);
        });
        appendEncodedWord(octets);
    }

    private void appendEncodedWord(ByteArrayOutputStream octets) {
        append("=?UTF-8?B?" + Base64.getEncoder().encodeToString(octets.toByteArray()) + "?=");
        octets.reset();
    }

    private String value(String text) {
        String clean = clean(text);
        boolean token = !clean.isEmpty() && clean.chars().allMatch(c -> FieldLexer.isTokenCharacter((char) c));
        if (token) {
            return shorten(clean, LONGEST_ESCAPED);
        }
        // shortened first, so that neither the closing quote nor half of a pair is lost
        return '"' + shorten(clean, LONGEST_ESCAPED).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private String clean(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints().forEach(c -> {
            boolean ascii = c >= ' ' && c < 127;
            boolean beyond = utf8 && c > 0x9F && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE);
            boolean kept = ascii || beyond;
            clean.appendCodePoint(kept ? c : '?');
        });
        return clean.toString();
    }

    private static boolean isPlain(String text) {
        boolean ascii = text.chars().allMatch(c -> c < 127);
        boolean blanksSurvive = text.equals(text.strip()) && !text.contains("  ");
        boolean wordsFit =
                text.chars().allMatch(c -> c != ' ') ? text.length() <= LONG_WORD : longestWord(text) <= LONG_WORD;
        return ascii && blanksSurvive && wordsFit && !text.contains("=?");
    }

    private static int longestWord(String text) {
        int longest = 0;
        for (String word : text.split(" ", -1)) {
            longest = Math.max(longest, word.length());
        }
        return longest;
    }

    /** As many whole characters as fit into so many octets. */
    private static String shorten(String word, int octets) {
        int length = 0;
        int end = 0;
        while (end < word.length()) {
            int next = word.offsetByCodePoints(end, 1);
            length += word.substring(end, next).getBytes(StandardCharsets.UTF_8).length;
            if (length > octets) {
                return word.substring(0, end);
            }
            end = next;
        }
        return word;
    }

    private static final int LINE = 78;
    private static final int LONG_WORD = 70;
    // octets in one encoded-word: 60 characters of base64
    private static final int ENCODED_WORD = 45;
    // what cannot be folded is cut, so that the line that holds it stays legal: 900, or 64 + 3 + 2 * 440, and 16 behind
    // it
    private static final int LONGEST_WORD = 900;
    private static final int LONGEST_ESCAPED = 440;
    private static final int LONGEST_KEY = 64;
    private static final int LONGEST_GLUED = 16;
}
