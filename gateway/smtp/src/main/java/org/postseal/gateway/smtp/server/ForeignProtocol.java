package org.postseal.gateway.smtp.server;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

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
        return REQUEST.matcher(new String(line, StandardCharsets.ISO_8859_1)).find();
    }

    private static final Pattern REQUEST = Pattern.compile(
            "^(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI)(\\s|$)|(^|\\s)HTTP/",
            Pattern.CASE_INSENSITIVE);
}
