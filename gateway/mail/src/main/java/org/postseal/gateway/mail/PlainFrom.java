package org.postseal.gateway.mail;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postseal.policy.header.EncodedWords;

/**
 * Recognises the subset of RFC 5322 §3.4 and RFC 2047 §5 for a From field in which no mail program finds another
 * address.
 *
 * <p>The field holds a name and an address in angle brackets, or an address alone, and perhaps a comment after it. The
 * name is made of atoms that may hold dots, quoted strings, encoded words and comments. Lines are folded only between
 * them. A comment holds letters, digits and some marks. An encoded word holds what RFC 2047 §5 (3) allows in a phrase,
 * and dots. It has blanks around it, and decoded, it has no mark of an address. Only a quote is escaped. A character
 * beyond ASCII is a letter in UTF-8 or ISO 8859-1. There is no group, no route, no square bracket and no quoted local
 * part. An address may be its own name.
 */
final class PlainFrom {
    private PlainFrom() {}

    static boolean isPlain(HeaderField field) {
        byte[] raw = field.raw();
        return raw.length <= MOST
                && (isPlain(raw, StandardCharsets.UTF_8) || isPlain(raw, StandardCharsets.ISO_8859_1));
    }

    private static boolean isPlain(byte[] raw, Charset charset) {
        try {
            String text = charset.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
            String body = text.substring(text.indexOf(':') + 1);
            Matcher value = FROM.matcher(body);
            return value.matches() && isOwnName(value.group("own"), value.group("address")) && !hidesAddress(body);
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Returns true if the name is the address itself, or if one of them is null because the field does not have it. */
    private static boolean isOwnName(@Nullable String name, @Nullable String address) {
        return name == null || address == null || name.equalsIgnoreCase(address);
    }

    /** Returns true if a program that decodes words before it parses may find what marks an address in one. */
    private static boolean hidesAddress(String body) {
        if (!body.contains("=?")) {
            return false;
        }
        EncodedWords.Readings all = EncodedWords.readings(body, MOST);
        return all.isCut() || all.texts().stream().anyMatch(text -> marks(text) > marks(body));
    }

    private static long marks(String text) {
        return text.chars().filter(c -> "@<>".indexOf(c) >= 0).count();
    }

    private static final int MOST = 2_000;
    static final String LETTERS = "\\p{L}\\p{M}\\p{N}";
    private static final String BLANKS = "(?:[ \\t]*+(?:\\r\\n[ \\t]++)?+)";
    static final String ENCODED =
            "=\\?[0-9A-Za-z*_-]++\\?(?:[Bb]\\?[0-9A-Za-z+/]*+=*+|[Qq]\\?[0-9A-Za-z!*+/=_.-]*+)\\?=(?=[ \\t\\r])";
    static final String ATOM_MARKS = "!#$%&'*+/=?^_`{|}~" + LETTERS + "-";
    static final String ATEXT = "[" + ATOM_MARKS + "]";
    private static final String ATOM = "(?:(?!=\\?)" + ATEXT + ")(?:(?!=\\?)(?:" + ATEXT + "|\\.))*+";
    private static final String QUOTED = "\"(?:(?!=\\?)[ \\t!#-\\[\\]-~" + LETTERS + "]|\\\\\")*+\"";
    private static final String COMMENT = "\\([ 0-9A-Za-z.'&/+_" + LETTERS + "-]*+\\)";
    private static final String WORD = "(?:" + ENCODED + "|" + QUOTED + "|" + COMMENT + "|" + ATOM + ")";
    private static final String NAME = WORD + "(?:" + BLANKS + "(?<=[ \\t])" + WORD + ")*+";
    static final String LABEL = "[" + LETTERS + "](?:[_" + LETTERS + "-]*[" + LETTERS + "])?";
    private static final String ADDRESS = ATEXT + "++(?:\\." + ATEXT + "++)*+@" + LABEL + "(?:\\." + LABEL + ")*+";
    private static final Pattern FROM = Pattern.compile(BLANKS + "(?:"
            + "(?:(?<own>" + ADDRESS + ")|" + NAME + ")?+" + BLANKS + "<(?<address>" + ADDRESS + ")>"
            + "|" + ADDRESS + ")"
            + "(?:" + BLANKS + "(?<=[ \\t])" + COMMENT + ")?+" + BLANKS + "(?:\\r\\n)?+");
}
