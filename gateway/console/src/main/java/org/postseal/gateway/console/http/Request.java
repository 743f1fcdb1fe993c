package org.postseal.gateway.console.http;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Holds a request that is well-formed as far as HTTP goes. Nothing in it is trusted.
 *
 * @param target path and query as they came
 * @param fields the header fields by lower-case name; of several with the same name, the first
 * @param peer the address at the other end of the connection
 * @param certificate the subject of the verified certificate that the client showed
 * @param content the content of a POST; empty for other methods
 */
public record Request(
        String target,
        Map<String, String> fields,
        InetAddress peer,
        Optional<String> certificate,
        Optional<byte[]> content) {
    public Request {
        fields = Map.copyOf(fields);
    }

    /** Makes a request without content. */
    public Request(String target, Map<String, String> fields, InetAddress peer, Optional<String> certificate) {
        this(target, fields, peer, certificate, Optional.empty());
    }

    public Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Returns the part of the target before the question mark. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** Returns the part of the target after the question mark; the text is empty if there is none. */
    public String query() {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query + 1);
    }
}
