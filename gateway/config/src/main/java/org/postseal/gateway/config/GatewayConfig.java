package org.postseal.gateway.config;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.postseal.gateway.config.Type.time;
import static org.postseal.gateway.config.Type.whole;
import static org.postseal.gateway.config.Type.word;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.TenantTokens;
import org.postseal.gateway.mail.login.Logins;

/**
 * {@code postseal.yaml}, parsed; every path is absolute.
 *
 * @param hostName in greetings and Received
 * @param authservId our name in Authentication-Results (RFC 8601 §2.5)
 * @param listeners at least one
 * @param trustedPeers peers that may relay, send XFORWARD and submit for internal senders
 * @param recipients which local parts of recipients are taken
 * @param nextHops where delivery units go
 * @param mode whether the policy is enforced
 * @param policy where the policy stands
 * @param storeDirectory certificates and keys, with trust anchors in {@code trust/} below
 * @param directory where else certificates and keys are looked for
 * @param audit the audit log
 * @param journal where it is written who has which message already
 * @param loops how a message is known that has been here before
 * @param metrics where figures and health are served
 * @param console where a process of its own shows pages
 * @param limits what a peer may send
 */
public record GatewayConfig(
        String hostName,
        String authservId,
        List<Listener> listeners,
        List<AddressRange> trustedPeers,
        RecipientsConfig recipients,
        NextHopsConfig nextHops,
        Mode mode,
        PolicyConfig policy,
        Path storeDirectory,
        DirectoryConfig directory,
        AuditConfig audit,
        JournalConfig journal,
        LoopConfig loops,
        MetricsConfig metrics,
        ConsoleConfig console,
        Limits limits) {
    /** This machine alone. */
    public static final List<AddressRange> DEFAULT_TRUSTED_PEERS = Stream.of("127.0.0.0/8", "::1")
            .flatMap(text -> AddressRange.parse(text).stream())
            .toList();

    public GatewayConfig {
        listeners = List.copyOf(listeners);
        trustedPeers = List.copyOf(trustedPeers);
    }

    public Path policyFile() {
        return policy.file();
    }

    /** What becomes of the decisions of the policy. */
    public enum Mode {
        /** They are carried out. */
        ENFORCE,
        /** They are only recorded; every message is relayed as it came. */
        OBSERVE
    }

    /**
     * One listening socket.
     *
     * @param tls how TLS is offered; empty when it is not
     * @param splitRecipients for SMTP only
     * @param speakers peers that may name the real client
     * @param logins users who may log in under TLS; empty when nobody can
     * @param tenantTokens values that each message must show, which tell whose mail it is; empty when the listener or
     *     the peer tells
     */
    public record Listener(
            Peer.Protocol protocol,
            InetSocketAddress address,
            Peer.Role role,
            Optional<ListenerTls> tls,
            SplitRecipients splitRecipients,
            Speakers speakers,
            Optional<Logins> logins,
            Optional<TenantTokens> tenantTokens) {
        /** A listener where no peer speaks for others and nobody logs in. */
        public Listener(
                Peer.Protocol protocol,
                InetSocketAddress address,
                Peer.Role role,
                Optional<ListenerTls> tls,
                SplitRecipients splitRecipients) {
            this(protocol, address, role, tls, splitRecipients, Speakers.NONE, Optional.empty(), Optional.empty());
        }
    }

    /**
     * Peers that may say who the real client of a session is.
     *
     * @param proxies begin each connection with a header of the PROXY protocol
     * @param xclient may send XCLIENT
     */
    public record Speakers(List<AddressRange> proxies, List<AddressRange> xclient) {
        /** Nobody. */
        public static final Speakers NONE = new Speakers(List.of(), List.of());

        public Speakers {
            proxies = List.copyOf(proxies);
            xclient = List.copyOf(xclient);
        }
    }

    /** What is done over SMTP, where one reply is for all recipients, although their copies may end differently. */
    public enum SplitRecipients {
        /** A copy that fails for now defers all; the retry is sent to those who have not got the message. */
        JOURNAL,
        /**
         * Only recipients of the same kind as the first one are taken at a time, as far as the envelope tells. The
         * others are answered 452 4.5.3 and come again.
         */
        DEFER
    }

    /**
     * Certificate chain and key in PEM.
     *
     * @param mode when TLS begins
     * @param clients trust anchors for certificates of clients, in PEM; no certificate is asked for when empty
     */
    public record ListenerTls(Path certificate, Path key, TlsMode mode, Optional<Path> clients) {
        /** Files for STARTTLS. */
        public ListenerTls(Path certificate, Path key, Optional<Path> clients) {
            this(certificate, key, TlsMode.START_TLS, clients);
        }
    }

    /** When TLS begins on a listener. */
    public enum TlsMode {
        /** TLS begins when the client asks for it (RFC 3207). */
        START_TLS,
        /** TLS begins with the connection (RFC 8314 §3.3). */
        IMPLICIT
    }

    /**
     * What a peer may send.
     *
     * @param message what the data of one message may be
     * @param recipients per transaction
     * @param connections at a time, per listener
     * @param octetsInFlight of all messages that are under way at the same time
     * @param heapOctets of a message that is kept on the heap; a larger one lies in an encrypted temporary file
     * @param drain how long sessions may go on when a listener ends
     * @param preparation how long one step of preparing a message may take
     * @param session patience with each session
     */
    public record Limits(
            MessageLimits message,
            int recipients,
            int connections,
            long octetsInFlight,
            int heapOctets,
            Duration drain,
            Duration preparation,
            SessionLimits session) {
        public static final Limits DEFAULT = read(Section.empty());

        /** Reads {@code limits}. */
        static Limits read(Section section) {
            Key<Long> message = section.key("messageOctets", whole(1 << 10, 2L << 30));
            Key<Long> inFlight = section.key("octetsInFlight", whole(1 << 20, 1L << 40));
            Limits limits = new Limits(
                    new MessageLimits(
                            message.or(50L << 20),
                            // RFC 5321 §4.5.3.1.6: a text line has up to 1000 octets
                            section.value(
                                    "lineOctets",
                                    whole(0, 1 << 30)
                                            .refusing(
                                                    most -> most > 0 && most < 1000,
                                                    "must be 0 (no limit) or at least 1000"),
                                    0),
                            section.value("bareLineEnds", word(BareLineEnds.class), BareLineEnds.REJECT)),
                    // RFC 5321 §4.5.3.1.8: at least 100 recipients are to be taken
                    section.value("recipients", whole(100, 100_000), 1000),
                    section.value("connections", whole(1, 100_000), 1000),
                    inFlight.or(2L << 30),
                    section.value("heapOctets", whole(4 << 10, 64 << 20), 256 << 10),
                    section.value("drain", time(Duration.ZERO, ofMinutes(10)), ofSeconds(30)),
                    section.value("preparation", time(ofSeconds(1), ofMinutes(10)), ofSeconds(60)),
                    SessionLimits.read(section.section("session")));
            if (limits.octetsInFlight < limits.message.octets) {
                (inFlight.isWritten() ? inFlight : message)
                        .error("octetsInFlight (" + limits.octetsInFlight + ") is less than messageOctets ("
                                + limits.message.octets + "): the largest message would be put off for ever");
            }
            return limits;
        }
    }

    /**
     * What the data of one message may be.
     *
     * @param octets of the message; announced as SIZE and enforced
     * @param lineOctets of one line, CRLF included; 0 is no limit
     * @param bareLineEnds what becomes of bare CR, LF and NUL
     */
    public record MessageLimits(long octets, int lineOctets, BareLineEnds bareLineEnds) {}

    /** What becomes of bare CR, LF and NUL in message data (RFC 5321 §2.3.8), which never pass. */
    public enum BareLineEnds {
        /** The message is refused with 550 5.6.11. */
        REJECT,
        /** LF and CR become CRLF, and NUL becomes a space, after the end of data was found. */
        NORMALISE
    }
}
