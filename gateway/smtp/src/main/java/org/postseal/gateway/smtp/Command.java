package org.postseal.gateway.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.postseal.policy.header.Letters;

/**
 * Holds a command line (RFC 5321 §4.1.1), split into verb and argument. No part holds a control character.
 *
 * @param verb in upper case; the empty string if the line does not begin with a word of ASCII letters
 * @param argument what follows the first blank, without white space at its end
 */
public record Command(String verb, String argument) {
    /** Parses the octets before CRLF. */
    public static Parsed<Command> parse(byte[] line) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return new Parsed.Refused<>(Reply.of(500, "5.5.2", "Command is not valid UTF-8"));
        }
        if (!Letters.areAll(text, c -> !Character.isISOControl(c))) {
            return new Parsed.Refused<>(Reply.of(500, "5.5.2", "Control character in command"));
        }
        // RFC 5321 §4.1.1: trailing white space is tolerated. Nothing else is.
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        int blank = text.indexOf(' ');
        int verbEnd = blank < 0 || blank > end ? end : blank;
        String verb = text.substring(0, verbEnd);
        // Only ASCII letters: U+017F would turn into S.
        boolean isWord = !verb.isEmpty() && Letters.areAll(verb, c -> (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
        return new Parsed.Accepted<>(new Command(
                isWord ? verb.toUpperCase(Locale.ROOT) : "", verbEnd < end ? text.substring(verbEnd + 1, end) : ""));
    }
}
