package org.postseal.gateway.config;

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
 * @param authservId ours in Authentication-Results (RFC 8601 §2.5)
 * @param listeners at least one
 * @param trustedPeers may relay, send XFORWARD and submit for internal senders
 * @param recipients which local parts of recipients are taken
 * @param nextHops where units go
 * @param mode whether the policy is enforced
 * @param policy where it stands
 * @param storeDirectory certificates and keys; anchors in {@code trust/} below
 * @param directory where else certificates and keys are looked for
 * @param audit the audit log
 * @param journal who has which message already
 * @param loops by what a message is known that has been here before
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

    /** The file of the policy. */
    public Path policyFile() {
        return policy.file();
    }

    /** What is done with what the policy decides. */
    public enum Mode {
        /** It happens. */
        ENFORCE,
        /** It is recorded; every message is relayed as it came. */
        OBSERVE
    }

    /**
     * One listening socket.
     *
     * @param tls offered or begun with, where present
     * @param splitRecipients over SMTP
     * @param speakers who speaks for others there
     * @param logins who may log in, under TLS; empty when nobody can
     * @param tenantTokens what each message must show, and whose mail it is by that; empty when the listener or the peer tells
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
        /** Where everybody speaks for himself and nobody logs in. */
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
     * Who may say that a session is somebody else's.
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

    /** What is done over SMTP about recipients whose copies may come to different ends: one reply is for all. */
    public enum SplitRecipients {
        /** One that fails for now defers all, and the retry is sent to those who have not got it. */
        JOURNAL,
        /** Only recipients of the first one's kind are taken at a time, as far as the envelope tells; the others hear 452 4.5.3 and come again. */
        DEFER
    }

    /**
     * Certificate chain and key in PEM.
     *
     * @param mode when TLS begins
     * @param clients trust anchors of clients' certificates in PEM; none is asked for when empty
     */
    public record ListenerTls(Path certificate, Path key, TlsMode mode, Optional<Path> clients) {
        /** By STARTTLS. */
        public ListenerTls(Path certificate, Path key, Optional<Path> clients) {
            this(certificate, key, TlsMode.START_TLS, clients);
        }
    }

    /** When TLS begins on a listener. */
    public enum TlsMode {
        /** When the client asks for it (RFC 3207). */
        START_TLS,
        /** With the connection (RFC 8314 §3.3). */
        IMPLICIT
    }

    /**
     * What a peer may send.
     *
     * @param messageOctets SIZE announced and enforced
     * @param recipients per transaction
     * @param lineOctets in message data, CRLF included; 0 is no limit
     * @param connections at a time, per listener
     * @param bareLineEnds what to do with bare CR, LF and NUL in message data
     * @param octetsInFlight of all messages that are under way at a time
     * @param heapOctets of a message kept on the heap, above that in an encrypted temporary file
     * @param drain how long what has begun may take when a listener ends
     * @param preparation how long one step of preparing a message may take
     * @param session patience with each session
     */
    public record Limits(
            long messageOctets,
            int recipients,
            int lineOctets,
            int connections,
            BareLineEnds bareLineEnds,
            long octetsInFlight,
            int heapOctets,
            Duration drain,
            Duration preparation,
            SessionLimits session) {
        /** As documented in {@code docs/configuration.md}. */
        public static final Limits DEFAULT = new Limits(
                50L << 20,
                1000,
                0,
                1000,
                BareLineEnds.REJECT,
                2L << 30,
                256 << 10,
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                SessionLimits.DEFAULT);

        /** With the times and the patience that hold when nothing is said. */
        public Limits(
                long messageOctets,
                int recipients,
                int lineOctets,
                int connections,
                BareLineEnds bareLineEnds,
                long octetsInFlight,
                int heapOctets) {
            this(
                    messageOctets,
                    recipients,
                    lineOctets,
                    connections,
                    bareLineEnds,
                    octetsInFlight,
                    heapOctets,
                    DEFAULT.drain(),
                    DEFAULT.preparation(),
                    SessionLimits.DEFAULT);
        }
    }

    /** Bare CR, LF and NUL in message data (RFC 5321 §2.3.8); they never pass. */
    public enum BareLineEnds {
        /** 550 5.6.11. */
        REJECT,
        /** LF and CR become CRLF, NUL a space, after the end of data was found. */
        NORMALISE
    }
}
