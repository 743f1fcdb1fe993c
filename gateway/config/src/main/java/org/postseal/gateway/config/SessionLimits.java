package org.postseal.gateway.config;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.postseal.gateway.config.Type.time;
import static org.postseal.gateway.config.Type.whole;

import java.time.Duration;

/**
 * How long a listener waits in one session, and how much it accepts there.
 *
 * @param proxyTimeout time for the header of the PROXY protocol, if one is demanded
 * @param commandTimeout time from the last reply to the end of the next command line (RFC 5321 §4.5.3.2.7)
 * @param envelopeTimeout time from the greeting, or the end of a message, to DATA of the next message, however many
 *     commands come between
 * @param dataTimeout time before the first octets of message data and between any two
 * @param dataOctetsPerSecond average rate of message data, demanded once {@code dataTimeout} is used up
 * @param handshakeTimeout time for the TLS handshake after STARTTLS
 * @param writeTimeout time for a peer that does not read its replies
 * @param errors number of refused commands since the last accepted message; one more is answered 421
 * @param idleCommands number of NOOP, RSET, VRFY, HELP, greetings and deferred MAIL since the last accepted message;
 *     each further one counts as an error
 * @param failedLogins number of failed logins in one session; the last one is answered 421
 * @param commandOctets length of a command line with its CRLF
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
    /** The times of RFC 5321, and the numbers of Postfix for limits that the RFC does not set. */
    public static final SessionLimits DEFAULT = read(Section.empty());

    static SessionLimits read(Section session) {
        Type<Duration> time = time(ofSeconds(1), ofHours(1));
        return new SessionLimits(
                ofSeconds(10),
                session.value("command", time, ofMinutes(5)),
                session.value("envelope", time(ofMinutes(1), ofDays(1)), ofHours(1)),
                session.value("data", time, ofMinutes(3)),
                session.value("octetsPerSecond", whole(1, 1 << 20), 500),
                session.value("handshake", time, ofMinutes(1)),
                session.value("write", time, ofMinutes(1)),
                session.value("errors", whole(1, 1000), 20),
                session.value("idleCommands", whole(1, 100_000), 100),
                session.value("failedLogins", whole(1, 100), 3),
                2048);
    }
}
