package org.postseal.gateway.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.StringTokenizer;
import java.util.regex.Pattern;
import org.postseal.policy.header.Letters;

/**
 * Writes a header field of ours; there is no other way to write one. Whatever the texts are, exactly one field comes
 * out. Its lines have at most 78 characters where it can be folded, and never more than 998. Not thread-safe.
 *
 * <p>Controls and octets over 127 cannot get in. In unstructured text, a control becomes a blank, and text beyond ASCII
 * becomes encoded-words (RFC 2047). In structured parts, a {@code ?} takes their place unless UTF-8 is allowed (RFC
 * 6532).
 */
public final class HeaderWriter {
    private final String name;
    private final boolean utf8;
    private final StringBuilder field;
    private int column;

    private HeaderWriter(String name, boolean utf8) {
        boolean valid = !name.isEmpty()
                && name.length() <= LINE - 2
                && Letters.areAll(name, c -> c > ' ' && c < 127 && c != ':');
        if (!valid) {
            throw new IllegalArgumentException("not a field name");
        }
        this.name = name;
        this.utf8 = utf8;
        this.field = new StringBuilder(name).append(':');
        this.column = field.length();
    }

    /** Begins a structured field in ASCII, which is built from parts. */
    public static HeaderWriter structured(String name) {
        return new HeaderWriter(name, false);
    }

    /** Begins a structured field that may hold UTF-8, for a message with SMTPUTF8. */
    public static HeaderWriter structuredUtf8(String name) {
        return new HeaderWriter(name, true);
    }

    /** Writes a whole unstructured field. Reading it back gives the text with a blank for each control. */
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

    /**
     * Adds words as they are: keywords, punctuation, addresses. Blanks separate the words. Each word has a blank before
     * it and is never folded within.
     */
    public HeaderWriter words(String text) {
        StringTokenizer words = new StringTokenizer(text.strip(), " \t\n\013\f\r");
        while (words.hasMoreTokens()) {
            append(shorten(clean(words.nextToken()), LONGEST_WORD));
        }
        return this;
    }

    /** Adds text directly after what was written last, such as {@code ;}. */
    public HeaderWriter glued(String text) {
        String clean = shorten(clean(SPACE.matcher(text).replaceAll("")), LONGEST_GLUED);
        field.append(clean);
        column += clean.length();
        return this;
    }

    /** Adds {@code key=value}. The value is a token, or a quoted string if it cannot be one (RFC 8601 §2.2). */
    public HeaderWriter property(String key, String value) {
        append(shorten(clean(SPACE.matcher(key).replaceAll("")), LONGEST_KEY) + "=" + value(value));
        return this;
    }

    /** Adds a token, or a quoted string if the text cannot be one. */
    public HeaderWriter tokenOrQuoted(String text) {
        append(value(text));
        return this;
    }

    /** Adds a comment, folded between its words. */
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

    public HeaderField finish() {
        return HeaderField.of((field + "\r\n").getBytes(StandardCharsets.UTF_8));
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
        boolean token = !clean.isEmpty() && Letters.areAll(clean, c -> FieldLexer.isTokenCharacter((char) c));
        if (token) {
            return shorten(clean, LONGEST_ESCAPED);
        }
        // The text is shortened first, so that neither the closing quote nor half of an escaped pair is lost.
        return '"' + shorten(clean, LONGEST_ESCAPED).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private String clean(String text) {
        if (Letters.areAll(text, c -> c >= ' ' && c < 127)) {
            return text;
        }
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

    /** Returns the longest start of the text that has at most {@code octets} octets and ends with a whole character. */
    private static String shorten(String word, int octets) {
        // No char takes more than three octets.
        if (word.length() <= octets / 3) {
            return word;
        }
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

    private static final Pattern SPACE = Pattern.compile("\\s");
    private static final int LINE = 78;
    private static final int LONG_WORD = 70;
    // An encoded-word holds at most 45 octets, which become 60 characters of base64.
    private static final int ENCODED_WORD = 45;
    // Text that cannot be folded is cut, so that its line stays below 998 octets. A word has at most 900 octets. A
    // property has a key of at most 64 octets, an equals sign, two quotes, and a value of at most 440, each of which
    // may be escaped. At most 16 octets are added to either by glued().
    private static final int LONGEST_WORD = 900;
    private static final int LONGEST_ESCAPED = 440;
    private static final int LONGEST_KEY = 64;
    private static final int LONGEST_GLUED = 16;
}
