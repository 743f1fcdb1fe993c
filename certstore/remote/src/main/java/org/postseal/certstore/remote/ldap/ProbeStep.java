package org.postseal.certstore.remote.ldap;

import java.time.Duration;
import java.util.Optional;

/**
 * One step on the way to an answer of a server, tried by {@link LdapConnections#probe}.
 *
 * @param failure why the probe ended here; empty if the step succeeded
 * @param words a text about the step for the administrator; may be empty
 */
public record ProbeStep(Kind kind, Duration time, Optional<LdapFailure> failure, String words) {
    /** The steps, in their order. */
    public enum Kind {
        CONNECT("connect"),
        TLS("TLS"),
        BIND("bind"),
        ROOT_DSE("root DSE"),
        BASE("base");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
