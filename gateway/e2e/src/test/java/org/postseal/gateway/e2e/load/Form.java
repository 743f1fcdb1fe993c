package org.postseal.gateway.e2e.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Base64;
import java.util.Locale;

/** What an observer between us and the recipient can see of a message. */
public enum Form {
    /** The words can be read and are unprotected. */
    CLEAR,
    /** The words can be read and are signed. */
    SIGNED,
    /** No word can be read. */
    ENCRYPTED;

    /**
     * Tells the form by what can be read, and not only by what the header says.
     *
     * @param message the octets, one in each character
     * @param canary words that only this message has
     */
    static Form of(String message, String canary) {
        String type = field(message, "Content-Type").toLowerCase(Locale.ROOT);
        boolean isCms = type.startsWith("application/pkcs7-mime");
        if (message.contains(canary) || (isCms && decoded(message).contains(canary))) {
            return type.startsWith("multipart/signed") || type.contains("signed-data") ? SIGNED : CLEAR;
        }
        return isCms && type.contains("enveloped-data") ? ENCRYPTED : CLEAR;
    }

    /** Returns a header field, unfolded; empty if there is none. */
    static String field(String message, String name) {
        int end = message.indexOf("\r\n\r\n");
        String header = (end < 0 ? message : message.substring(0, end)).replaceAll("\r\n(?=[ \t])", "");
        return header.lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    private static String decoded(String message) {
        try {
            String body = message.substring(message.indexOf("\r\n\r\n") + 4);
            return new String(Base64.getMimeDecoder().decode(body.getBytes(ISO_8859_1)), ISO_8859_1);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }
}
