package org.postseal.gateway.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Peer;

/**
 * One next hop: one server, or several that stand in for one another.
 *
 * @param name the name that routes and logs use
 * @param target where the hop is
 * @param protocol the protocol that the hop speaks
 * @param tls whether STARTTLS is used
 * @param onTlsFailure what is done if the handshake fails under {@link TlsMode#MAY}
 * @param trust trust anchors for {@link TlsMode#VERIFY}, in PEM; if empty, those of the JDK
 * @param client the certificate that we show if the server asks for one
 * @param auth the login that we use
 * @param limits what may be asked of the hop
 * @param allowOpenedWithoutDsn whether mail that we decrypted goes to a hop that does not announce DSN (RFC 3461), and
 *     so may return all of it in a bounce
 */
public record NextHopConfig(
        String name,
        Target target,
        Peer.Protocol protocol,
        TlsMode tls,
        TlsFailure onTlsFailure,
        Optional<Path> trust,
        Optional<ClientTls> client,
        Optional<Auth> auth,
        HopLimits limits,
        boolean allowOpenedWithoutDsn) {
    /** Returns a hop for SMTP that is the only one, with the defaults for everything else. */
    public static NextHopConfig smtp(InetSocketAddress address, TlsMode tls, Optional<Path> trust) {
        return smtp(ONLY, new Target.Addresses(List.of(address)), tls, trust);
    }

    /** Returns a hop for SMTP without a certificate or password of ours, with the defaults for everything else. */
    public static NextHopConfig smtp(String name, Target target, TlsMode tls, Optional<Path> trust) {
        return new NextHopConfig(
                name,
                target,
                Peer.Protocol.SMTP,
                tls,
                TlsFailure.DEFER,
                trust,
                Optional.empty(),
                Optional.empty(),
                HopLimits.DEFAULT,
                false);
    }

    public NextHopConfig within(HopLimits others) {
        return new NextHopConfig(
                name, target, protocol, tls, onTlsFailure, trust, client, auth, others, allowOpenedWithoutDsn);
    }

    /** Returns true if every address belongs to this machine. */
    boolean isLoopback() {
        return switch (target) {
            case Target.Addresses(List<InetSocketAddress> addresses) ->
                addresses.stream().allMatch(NextHopConfig::isLoopback);
            case Target.MailExchangers _ -> false;
        };
    }

    /**
     * Returns true if mail that we decrypted may go there. It goes only over loopback or verified TLS, whichever of the
     * servers takes it.
     */
    public boolean mayCarryOpened() {
        return switch (target) {
            case Target.Addresses _ -> tls == TlsMode.VERIFY || isLoopback();
            // An attacker who forges the answer of the DNS chooses the name that is verified
            case Target.MailExchangers _ -> false;
        };
    }

    public Way way(MailAddress recipient) {
        return switch (target) {
            case Target.Addresses _ -> new Way(name, Optional.empty());
            case Target.MailExchangers _ -> new Way(name, Optional.of(recipient.domain()));
        };
    }

    /**
     * Where a unit goes.
     *
     * @param hop name of the next hop
     * @param domain domain of all recipients of the unit, if it decides which server of the hop takes the unit
     */
    public record Way(String hop, Optional<Domain> domain) {
        /** The way to the hop that {@code nextHop} describes. */
        public static final Way TO_THE_ONLY_HOP = new Way(ONLY, Optional.empty());
    }

    /** Returns true for a loopback address, and for the name {@code localhost} before it is resolved. */
    static boolean isLoopback(InetSocketAddress address) {
        return address.isUnresolved()
                ? address.getHostString().equalsIgnoreCase("localhost")
                : address.getAddress().isLoopbackAddress();
    }

    public sealed interface Target {
        /**
         * The hop is at the first of these addresses that answers.
         *
         * @param addresses at least one; a name is resolved at each connection
         */
        record Addresses(List<InetSocketAddress> addresses) implements Target {
            public Addresses {
                addresses = List.copyOf(addresses);
            }
        }

        /**
         * The hop is where the DNS says that the recipient's domain takes its mail (RFC 5321 §5.1).
         *
         * @param port port of all servers
         * @param resolvers recursive resolvers in the order to ask them; if empty, those of the machine
         */
        record MailExchangers(int port, List<InetSocketAddress> resolvers) implements Target {
            public MailExchangers {
                resolvers = List.copyOf(resolvers);
            }
        }
    }

    /** How TLS is used towards a next hop. */
    public enum TlsMode {
        NONE,
        /** TLS is used when the server offers it, and nothing is verified. */
        MAY,
        /** TLS is demanded, and nothing is verified. */
        ENCRYPT,
        /** TLS is demanded, and certificate and name are verified. */
        VERIFY
    }

    /** What is done when TLS is offered and the handshake fails. */
    public enum TlsFailure {
        /** The mail is deferred. */
        DEFER,
        /** The mail goes in clear over another connection, unless we decrypted it. */
        PLAIN
    }

    /**
     * The certificate that we show to a next hop.
     *
     * @param certificate the certificate in PEM, followed by its chain
     * @param key the key in PEM, as PKCS #8 without encryption
     */
    public record ClientTls(Path certificate, Path key) {}

    /**
     * The login that we use at a next hop (RFC 4954).
     *
     * @param user our name at the hop
     * @param passwordFile file with the password, which is read at each connection
     */
    public record Auth(String user, Path passwordFile) {}

    /**
     * What may be asked of a next hop.
     *
     * @param connections number at the same time to each address; not more than the next hop allows one client
     * @param messages number over one connection
     * @param idle time after which an unused connection is closed
     * @param timeLimit time after which no further address is tried for a message
     * @param backOff time for which an address that failed is tried only after the others
     * @param handOver longest time from the end of a message here to its final dot there, after which the message is
     *     not sent; if empty, there is no limit
     * @param patience how long each step of the hop may take
     */
    public record HopLimits(
            int connections,
            int messages,
            Duration idle,
            Duration timeLimit,
            Duration backOff,
            Optional<Duration> handOver,
            Patience patience) {
        /** The limits of a hop for which the configuration sets none. */
        public static final HopLimits DEFAULT = read(Section.empty(), Patience.NEARBY);

        /**
         * Reads the section {@code limits} of a next hop.
         *
         * @param patience the patience that holds unless the section sets another one
         */
        static HopLimits read(Section limits, Patience patience) {
            Type<Duration> time = Type.time(Duration.ofSeconds(1), Duration.ofHours(1));
            return new HopLimits(
                    limits.value("connections", Type.whole(1, 10_000), 20),
                    limits.value("messages", Type.whole(1, 1_000_000), 100),
                    limits.value("idle", time, Duration.ofSeconds(30)),
                    limits.value("timeLimit", time, Duration.ofSeconds(60)),
                    limits.value("backOff", time, Duration.ofSeconds(60)),
                    limits.key("handOver", time).value(),
                    new Patience(
                            limits.value("greeting", time, patience.greeting),
                            limits.value("command", time, patience.command),
                            limits.value("octetsPerSecond", Type.whole(1, 1 << 20), patience.octetsPerSecond)));
        }
    }

    /**
     * How long a next hop may take (RFC 5321 §4.5.3.2).
     *
     * @param greeting time for each of the greeting, EHLO, STARTTLS, the TLS handshake and AUTH
     * @param command time for each of XFORWARD, MAIL, RCPT and RSET
     * @param octetsPerSecond average rate at which the hop must take the content, after the first blocks have had their
     *     time
     */
    public record Patience(Duration greeting, Duration command, int octetsPerSecond) {
        /** The times for our own servers: one that is silent is out of order, and another one may stand in for it. */
        public static final Patience NEARBY = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(60), 500);

        /** The times for the servers of others: the RFC asks for these. */
        public static final Patience WORLD = new Patience(Duration.ofMinutes(5), Duration.ofMinutes(5), 500);
    }

    /** The name of the hop that {@code nextHop} describes. */
    public static final String ONLY = "nextHop";
}
