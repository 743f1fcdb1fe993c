package org.postseal.certstore.remote.smimea;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Says how SMIMEA records are looked up.
 *
 * @param servers recursive resolvers in order of preference; empty for those of the machine
 * @param trustAnchors a zone file with DS or DNSKEY records; empty for the anchors of the root
 * @param first the transport to try first
 * @param timeLimit time for a look-up, with everything that its validation needs
 */
public record SmimeaSettings(
        List<InetSocketAddress> servers, Optional<Path> trustAnchors, Transport first, Duration timeLimit) {
    /** Uses the machine's resolvers, the root's anchors, TCP first, and a limit of five seconds. */
    public static final SmimeaSettings DEFAULT =
            new SmimeaSettings(List.of(), Optional.empty(), Transport.TCP, Duration.ofSeconds(5));

    public SmimeaSettings {
        servers = List.copyOf(servers);
        if (timeLimit.isNegative() || timeLimit.isZero()) {
            throw new IllegalArgumentException("time limit must be positive");
        }
    }

    /** Says how questions are sent. */
    public enum Transport {
        /**
         * TCP comes first, as RFC 8162 §6 wants it, since certificates seldom fit into a datagram. Datagrams are used
         * if TCP does not work.
         */
        TCP,
        /** Datagrams come first, and TCP is used if the answer is truncated. */
        UDP
    }
}
