package org.postseal.gateway.console.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Holds an answer over HTTP.
 *
 * @param status a status code of RFC 9110
 * @param contentType the media type of the body
 * @param fields further fields of the header section
 */
public record Page(int status, String contentType, byte[] body, Map<String, String> fields) {
    public Page {
        fields = Map.copyOf(fields);
    }

    public Page(int status, String contentType, byte[] body) {
        this(status, contentType, body, Map.of());
    }

    /** Makes a page with one line for people. */
    public static Page text(int status, String line) {
        return new Page(status, "text/plain; charset=utf-8", (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the page with further fields, which replace fields of the same name. */
    public Page with(Map<String, String> further) {
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.putAll(further);
        return new Page(status, contentType, body, all);
    }
}
