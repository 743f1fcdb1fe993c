package org.postseal.gateway.smtp.server;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * Recognises the request line of another protocol. Its body may be a dialogue that a third party has a browser or a
 * proxy send.
 */
final class ForeignProtocol {
    private ForeignProtocol() {}

    /**
     * Returns true for a method of HTTP (RFC 9110 §9.3, RFC 5789, RFC 9113 §3.4), and for any line that names a version
     * of HTTP.
     */
    static boolean isRequest(byte[] line) {
        String text = new String(line, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
        StringTokenizer words = new StringTokenizer(text, " \t\n\u000b\f\r");
        boolean isFirst = true;
        while (words.hasMoreTokens()) {
            String word = words.nextToken();
            if (word.startsWith("HTTP/") || (isFirst && METHODS.contains(word))) {
                return true;
            }
            isFirst = false;
        }
        return false;
    }

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI");
}
