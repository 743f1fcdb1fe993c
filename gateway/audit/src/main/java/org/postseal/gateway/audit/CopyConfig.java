package org.postseal.gateway.audit;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Another machine that gets a copy of the log by syslog.
 *
 * @param server a name is resolved at each connection
 * @param transport how
 * @param trust anchors for TLS in PEM; the JDK's own when empty
 * @param records which of them
 * @param host that messages say they are from
 */
public record CopyConfig(
        InetSocketAddress server, Transport transport, Optional<Path> trust, Records records, String host) {
    /** The ways of syslog. */
    public enum Transport {
        /** RFC 5426. */
        UDP,
        /** RFC 6587, each message behind its length. */
        TCP,
        /** RFC 5425; certificate and name are checked. */
        TLS
    }

    /** What is copied. */
    public enum Records {
        ALL,
        /** Those that show later that the end of the log was not cut off. */
        CHECKPOINTS
    }
}
