package org.postseal.gateway.config;

import java.time.Duration;
import java.util.Optional;
import org.postseal.policy.yaml.YamlMapping;

/**
 * How much patience a listener has with one session.
 *
 * @param proxyTimeout for the header of the PROXY protocol, where there has to be one
 * @param commandTimeout from the last reply to the end of the next command line (RFC 5321 §4.5.3.2.7)
 * @param envelopeTimeout from the greeting, or the end of a message, to DATA of the next one, however many commands are between
 * @param dataTimeout for the first octets of message data and between any two
 * @param dataOctetsPerSecond what message data must bring on average, once {@code dataTimeout} is used up
 * @param handshakeTimeout for STARTTLS
 * @param writeTimeout for a peer that does not read its replies
 * @param errors refused commands since the last accepted message, then 421
 * @param idleCommands NOOP, RSET, VRFY, HELP, greetings and MAIL that was put off since the last accepted message; each one above counts as an error
 * @param failedLogins of one session, then 421
 * @param commandOctets of a command line, CRLF included
 */
public record SessionLimits(
        Duration proxyTimeout,
        Duration commandTimeout,
        Duration envelopeTimeout,
        Duration dataTimeout,
        int dataOctetsPerSecond,
        Duration handshakeTimeout,
        Duration writeTimeout,
        int errors,
        int idleCommands,
        int failedLogins,
        int commandOctets) {
    /** RFC 5321's times where it has any, Postfix's numbers where it has not. */
    public static final SessionLimits DEFAULT = new SessionLimits(
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            Duration.ofMinutes(3),
            500,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            20,
            100,
            3,
            2048);

    /** Reads {@code limits.session}. */
    static SessionLimits read(YamlMapping mapping) {
        SessionLimits limits = new SessionLimits(
                DEFAULT.proxyTimeout(),
                time(mapping, "command").orElse(DEFAULT.commandTimeout()),
                mapping.duration("envelope", Duration.ofMinutes(1), Duration.ofDays(1))
                        .orElse(DEFAULT.envelopeTimeout()),
                time(mapping, "data").orElse(DEFAULT.dataTimeout()),
                mapping.integer("octetsPerSecond", 1, 1 << 20).orElse(DEFAULT.dataOctetsPerSecond()),
                time(mapping, "handshake").orElse(DEFAULT.handshakeTimeout()),
                time(mapping, "write").orElse(DEFAULT.writeTimeout()),
                mapping.integer("errors", 1, 1000).orElse(DEFAULT.errors()),
                mapping.integer("idleCommands", 1, 100_000).orElse(DEFAULT.idleCommands()),
                mapping.integer("failedLogins", 1, 100).orElse(DEFAULT.failedLogins()),
                DEFAULT.commandOctets());
        mapping.refuseOthers();
        return limits;
    }

    private static Optional<Duration> time(YamlMapping mapping, String name) {
        return mapping.duration(name, Duration.ofSeconds(1), Duration.ofHours(1));
    }
}
