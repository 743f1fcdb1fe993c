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
import org.postseal.certstore.AddressRange;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.TenantTokens;
import org.postseal.gateway.mail.login.Logins;

/**
 * The content of {@code postseal.yaml}. Every path in it is absolute.
 *
 * @param hostName our name in greetings and Received fields
 * @param authservId our name in Authentication-Results (RFC 8601 §2.5)
 * @param listeners at least one
 * @param trustedPeers peers that may relay, send XFORWARD and submit for internal senders
 * @param upstreams names of peers, for the key of the journal; at most one fits a peer
 * @param recipients which local parts of recipients are accepted
 * @param nextHops where delivery units go
 * @param mode whether the policy is enforced
 * @param policy which files hold the policy
 * @param storeDirectory folder of certificates and keys, with trust anchors in its folder {@code trust/}
 * @param crypto how private keys are used
 * @param directory where else certificates and keys are looked for
 * @param audit the audit log
 * @param journal the database that records which recipients have which message already
 * @param fleet what this gateway shares with others; empty if it is alone
 * @param loops how the gateway recognises a message that has been here before
 * @param held how mail in the quarantine can be released; empty if it cannot
 * @param enrolment how our users get their certificates; empty if only by hand
 * @param metrics where metrics and health are served
 * @param console where the console, a separate process, shows its pages
 * @param limits what a peer may send
 */
public record GatewayConfig(
        String hostName,
        String authservId,
        List<Listener> listeners,
        List<AddressRange> trustedPeers,
        List<UpstreamConfig> upstreams,
        RecipientsConfig recipients,
        NextHopsConfig nextHops,
        Mode mode,
        PolicyConfig policy,
        Path storeDirectory,
        CryptoConfig crypto,
        DirectoryConfig directory,
        AuditConfig audit,
        JournalConfig journal,
        Optional<FleetConfig> fleet,
        LoopConfig loops,
        Optional<HeldConfig> held,
        Optional<EnrolmentConfig> enrolment,
        MetricsConfig metrics,
        ConsoleConfig console,
        Limits limits) {
    /** By default, only this machine is trusted. */
    public static final List<AddressRange> DEFAULT_TRUSTED_PEERS =
            List.of(AddressRange.of("127.0.0.0/8"), AddressRange.of("::1"));

    public GatewayConfig {
        listeners = List.copyOf(listeners);
        trustedPeers = List.copyOf(trustedPeers);
        upstreams = List.copyOf(upstreams);
    }

    public Path policyFile() {
        return policy.file();
    }

    /** How the decisions of the policy are used. */
    public enum Mode {
        /** They are carried out. */
        ENFORCE,
        /** They are only recorded; every message is relayed as it came. */
        OBSERVE
    }

    /**
     * One listening socket.
     *
     * @param place what it is for
     * @param tls how TLS is offered; empty if it is not offered
     * @param splitRecipients how one reply can stand for all recipients; without effect over LMTP
     * @param speakers peers that may name the real client
     * @param logins users who may log in under TLS; empty if nobody can log in
     * @param tenantTokens secret values, one of which each message must show, and which tell where it comes from; if
     *     empty, the listener or the peer tells that
     */
    public record Listener(
            Peer.Listener place,
            InetSocketAddress address,
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
            this(
                    new Peer.Listener(protocol, role, Peer.Authors.REVERSE_PATH, Optional.of(address)),
                    address,
                    tls,
                    splitRecipients,
                    Speakers.NONE,
                    Optional.empty(),
                    Optional.empty());
        }

        public Peer.Protocol protocol() {
            return place.protocol();
        }

        public Peer.Role role() {
            return place.role();
        }
    }

    /**
     * Peers that may say who the real client of a session is.
     *
     * @param proxies peers that begin each connection with a header of the PROXY protocol
     * @param xclient peers that may send XCLIENT
     */
    public record Speakers(List<AddressRange> proxies, List<AddressRange> xclient) {
        /** No peer may name another client. */
        public static final Speakers NONE = new Speakers(List.of(), List.of());

        public Speakers {
            proxies = List.copyOf(proxies);
            xclient = List.copyOf(xclient);
        }
    }

    /** What is done over SMTP, where one reply stands for all recipients although their copies may end differently. */
    public enum SplitRecipients {
        /** A copy that fails for now defers the whole message; the retry is sent only to recipients who lack it. */
        JOURNAL,
        /**
         * One transaction takes only recipients of the same kind as its first one, as far as the envelope shows that.
         * The others are answered 452 4.5.3, and the client sends to them again later.
         */
        DEFER
    }

    /**
     * Certificate chain and key in PEM.
     *
     * @param clients trust anchors for certificates of clients, in PEM; if empty, clients are asked for no certificate
     */
    public record ListenerTls(Path certificate, Path key, TlsMode mode, Optional<Path> clients) {}

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
     * @param message the limits for the data of one message
     * @param recipients number per transaction
     * @param connections number per listener at the same time
     * @param octetsInFlight size of all messages together that are under way at the same time
     * @param heapOctets size up to which a message is kept on the heap; a larger one is kept in an encrypted temporary
     *     file
     * @param drain how long sessions may go on after their listener was closed
     * @param preparation how long one step of preparing a message may take
     * @param session limits of each session
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

        /** Returns the same limits for messages that are larger by so many octets. */
        public Limits withRoomFor(long more) {
            MessageLimits larger = new MessageLimits(message.octets + more, message.lineOctets, message.bareLineEnds);
            return new Limits(larger, recipients, connections, octetsInFlight, heapOctets, drain, preparation, session);
        }

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
                    // RFC 5321 §4.5.3.1.8: at least 100 recipients must be accepted
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
     * Limits for the data of one message.
     *
     * @param octets size of the message; it is announced as SIZE and enforced
     * @param lineOctets length of a line with its CRLF; 0 is no limit
     * @param bareLineEnds what is done about bare CR, LF and NUL
     */
    public record MessageLimits(long octets, int lineOctets, BareLineEnds bareLineEnds) {}

    /** What is done about bare CR, LF and NUL in message data (RFC 5321 §2.3.8). They are never passed on. */
    public enum BareLineEnds {
        /** The message is refused with 550 5.6.11. */
        REJECT,
        /** Once the end of data was found, LF and CR become CRLF, and NUL becomes a space. */
        NORMALISE
    }
}
