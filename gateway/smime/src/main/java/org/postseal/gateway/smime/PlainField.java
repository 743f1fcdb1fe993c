package org.postseal.gateway.smime;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.gateway.mail.HeaderField;

/**
 * Checks header fields by the grammar of {@link PlainStructure}. It checks the octets received, before anything is
 * unfolded or decoded.
 *
 * <p>It refuses parentheses and the apostrophe in a boundary, which RFC 2046 §5.1.1 allows, and parentheses and the
 * semicolon in a quoted value. Some programs take parentheses for comments, the apostrophe for a quote, and the
 * semicolon for the end of the value.
 */
final class PlainField {
    private PlainField() {}

    /** Returns true for {@code type/subtype} with parameters, as Content-Type has it. */
    static boolean isMediaType(HeaderField field) {
        return isValue(field, MEDIA_TYPE);
    }

    /** Returns true if every program reads the same media type here, whatever it makes of the parameters. */
    static boolean beginsWithMediaType(HeaderField field) {
        return MEDIA_TYPE_ALONE.matcher(value(field)).lookingAt();
    }

    /** Returns true for a token with parameters, as Content-Disposition has it. */
    static boolean isDisposition(HeaderField field) {
        return isValue(field, DISPOSITION);
    }

    /** Returns true for one token, as Content-Transfer-Encoding has it. */
    static boolean isToken(HeaderField field) {
        return ONE_TOKEN.matcher(value(field)).matches();
    }

    /** Returns true for MIME version 1.0, after which Apple Mail writes its own name in a comment. */
    static boolean isVersion(HeaderField field) {
        return VERSION.matcher(value(field)).matches();
    }

    static boolean isBoundary(String boundary) {
        return BOUNDARY.matcher(boundary).matches() && !boundary.contains(ENCODED_WORD);
    }

    /** Returns true if a line of the field is blank. Some programs may take it for the end of the header section. */
    static boolean hasBlankLine(HeaderField field) {
        byte[] raw = field.raw();
        for (int i = 1; i < raw.length - 1; i++) {
            if (raw[i] == '\n' && raw[i - 1] == '\r' && isBlankFrom(raw, i + 1)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBlankFrom(byte[] raw, int start) {
        int end = start;
        while (end < raw.length && (raw[end] == ' ' || raw[end] == '\t')) {
            end++;
        }
        return end > start && (end == raw.length || (raw[end] == '\r' && end + 1 < raw.length && raw[end + 1] == '\n'));
    }

    /** Returns true for a field that says who writes or what a message is, and false for what filters add. */
    static boolean isOfMessage(HeaderField field) {
        return OF_MESSAGE.matcher(field.name()).matches();
    }

    private static boolean isValue(HeaderField field, Pattern start) {
        String value = value(field);
        Matcher matcher = start.matcher(value);
        if (value.length() > MOST || value.contains(ENCODED_WORD) || !matcher.lookingAt()) {
            return false;
        }
        Set<String> names = new HashSet<>();
        int position = matcher.end();
        matcher.usePattern(PARAMETER);
        while (matcher.region(position, value.length()).lookingAt()) {
            if (!names.add(matcher.group(1).toLowerCase(Locale.ROOT))) {
                return false;
            }
            position = matcher.end();
        }
        return LINE_END.matcher(value).region(position, value.length()).matches();
    }

    private static String value(HeaderField field) {
        String text = text(field);
        return text.substring(text.indexOf(':') + 1);
    }

    private static String text(HeaderField field) {
        return new String(field.raw(), StandardCharsets.ISO_8859_1);
    }

    private static final int MOST = 2_000;
    private static final String ENCODED_WORD = "=?";
    private static final String BLANKS = "[ \\t]*(?:\\r\\n[ \\t]+)?";
    private static final String TOKEN = "[0-9A-Za-z.+_-]+";
    private static final Pattern MEDIA_TYPE = Pattern.compile(BLANKS + TOKEN + "/" + TOKEN);
    private static final Pattern MEDIA_TYPE_ALONE =
            Pattern.compile(MEDIA_TYPE.pattern() + "[ \\t]*(?:;|\\r\\n(?![ \\t])|\\z)");
    private static final Pattern DISPOSITION = Pattern.compile(BLANKS + TOKEN);
    // A name holds no '*', since not all programs read RFC 2231.
    private static final Pattern PARAMETER = Pattern.compile(
            ";" + BLANKS + "(" + TOKEN + ")=" + "(?:[0-9A-Za-z!#$%&+.^_`{|}~-]+|\"[ !#-&*-:<-\\[\\]-~]*\")");
    private static final Pattern LINE_END = Pattern.compile("[ \\t]*(?:\\r\\n)?");
    private static final Pattern ONE_TOKEN = Pattern.compile(BLANKS + TOKEN + LINE_END.pattern());
    private static final Pattern VERSION =
            Pattern.compile(BLANKS + "1\\.0(?:[ \\t]+\\([^\\r\\n]*\\))?" + LINE_END.pattern());
    private static final Pattern BOUNDARY = Pattern.compile("(?! )[0-9A-Za-z+_,./:=? -]{0,69}[0-9A-Za-z+_,./:=?-]");
    private static final Pattern OF_MESSAGE =
            Pattern.compile("(?i)from|sender|reply-to|subject|date|mime-version|content-.*");
}
