package org.postseal.policy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Encoded words (RFC 2047) turned into the text a person sees, so that a condition on it means what it says. Anything malformed stays as it is. */
public final class EncodedWords {
    private EncodedWords() {}

    /** The text with its encoded words decoded; white space between two of them goes (§6.2). */
    public static String decode(String body) {
        if (!body.contains("=?")) {
            return body;
        }
        Matcher matcher = WORD.matcher(body);
        StringBuilder text = new StringBuilder();
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        String charset = "";
        int copied = 0;
        while (matcher.find()) {
            String between = body.substring(copied, matcher.start());
            boolean joins =
                    octets.size() > 0 && between.isBlank() && matcher.group(1).equalsIgnoreCase(charset);
            if (!joins) {
                // Mailers split characters between words of the same charset, against §5: their octets are joined
                // before decoding.
                text.append(inCharset(octets, charset));
                octets.reset();
                text.append(copied > 0 && between.isBlank() ? "" : between);
                charset = matcher.group(1);
            }
            byte[] decoded = octets(matcher.group(2), matcher.group(3));
            octets.write(decoded, 0, decoded.length);
            copied = matcher.end();
        }
        return text.append(inCharset(octets, charset))
                .append(body.substring(copied))
                .toString();
    }

    private static byte[] octets(String encoding, String encoded) {
        if (encoding.equalsIgnoreCase("B")) {
            try {
                return Base64.getMimeDecoder().decode(encoded);
            } catch (IllegalArgumentException malformed) {
                return encoded.getBytes(StandardCharsets.US_ASCII);
            }
        }
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
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

    private static String inCharset(ByteArrayOutputStream octets, String charset) {
        if (octets.size() == 0) {
            return "";
        }
        try {
            return octets.toString(Charset.forName(charset.replaceFirst("\\*.*", "")));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            return octets.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0 && c < 128;
    }

    private static final Pattern WORD = Pattern.compile("=\\?([!-~&&[^?]]{1,64})\\?([BbQq])\\?([!->@-~]*)\\?=");
}
