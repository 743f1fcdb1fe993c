package org.postseal.gateway.metrics;

import java.nio.charset.StandardCharsets;

/**
 * An answer over HTTP.
 *
 * @param status code of RFC 9110
 * @param contentType of the body
 * @param body octets
 */
record Page(int status, String contentType, byte[] body) {
    /** One line for people. */
    static Page text(int status, String line) {
        return new Page(status, "text/plain; charset=utf-8", (line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
