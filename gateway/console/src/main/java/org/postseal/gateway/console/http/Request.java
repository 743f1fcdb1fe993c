package org.postseal.gateway.console.http;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request that is well-formed as far as HTTP goes; nothing in it is trusted.
 *
 * @param target path and query as they came
 * @param fields of the header section by lower-case name, of several with one name the first
 * @param peer who has the connection
 * @param certificate subject of the verified certificate the client showed
 */
public record Request(String target, Map<String, String> fields, InetAddress peer, Optional<String> certificate) {
    public Request {
        fields = Map.copyOf(fields);
    }

    /** A field of the header section. */
    public Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Before the question mark. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** Behind the question mark; empty without. */
    public String query() {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query + 1);
    }
}
