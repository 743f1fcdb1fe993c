package org.postseal.gateway.smtp.client;

import java.time.Duration;
import org.postseal.gateway.config.NextHopConfig;

/**
 * Says how a next hop is reached.
 *
 * @param nextHop addresses, TLS and limits
 * @param hostName ours, said in EHLO; ASCII (RFC 6531 §3.7.1)
 * @param timeouts per phase
 */
public record ClientSettings(NextHopConfig nextHop, String hostName, Timeouts timeouts) {
    public ClientSettings {
        if (!hostName.matches("[\\x21-\\x7E]{1,255}")) {
            throw new IllegalArgumentException("not a name for EHLO: " + hostName);
        }
    }

    /** Makes settings with {@link Timeouts#of the next hop's own time limits}. */
    public static ClientSettings of(NextHopConfig nextHop, String hostName) {
        return new ClientSettings(
                nextHop, hostName, Timeouts.of(nextHop.limits().patience()));
    }

    /**
     * Limits how long each phase may take (RFC 5321 §4.5.3.2).
     *
     * @param slot for a connection to become free if all are in use
     * @param connect for TCP, per address of the host
     * @param session for greeting, EHLO, STARTTLS and the handshake, each
     * @param command for XFORWARD, MAIL, RCPT and RSET
     * @param dataBlock for DATA's 354, and for each block of content to go out
     * @param finalReply after the final dot
     */
    public record Timeouts(
            Duration slot,
            Duration connect,
            Duration session,
            Duration command,
            Duration dataBlock,
            Duration finalReply) {
        /** Returns what is configured. Of the rest, the limits for the data are the RFC's. */
        static Timeouts of(NextHopConfig.Patience patience) {
            return new Timeouts(
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10),
                    patience.greeting(),
                    patience.command(),
                    Duration.ofMinutes(3),
                    Duration.ofMinutes(10));
        }

        /** Returns the same limit for all phases, for tests. */
        public static Timeouts all(Duration each) {
            return new Timeouts(each, each, each, each, each, each);
        }
    }
}
