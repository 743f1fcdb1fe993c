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
 * @param name for routes and logs
 * @param target where the hop is
 * @param protocol that the hop speaks
 * @param tls whether STARTTLS is used
 * @param onTlsFailure what is done when the handshake fails under MAY
 * @param trust anchors for VERIFY in PEM; the JDK's own when empty
 * @param client the certificate that we show when the server asks for one; none when empty
 * @param auth the login that we use; none when empty
 * @param limits of what is asked of the hop
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
    /** Returns the only next hop, with the defaults for everything else. */
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

    /** Returns this with other limits. */
    public NextHopConfig within(HopLimits others) {
        return new NextHopConfig(
                name, target, protocol, tls, onTlsFailure, trust, client, auth, others, allowOpenedWithoutDsn);
    }

    /** Whether every address is one of this machine. */
    boolean isLoopback() {
        return switch (target) {
            case Target.Addresses(List<InetSocketAddress> addresses) ->
                addresses.stream().allMatch(NextHopConfig::isLoopback);
            case Target.MailExchangers _ -> false;
        };
    }

    /**
     * Whether mail that we decrypted may go there: it goes over loopback or verified TLS only, whichever server is
     * taken.
     */
    public boolean mayCarryOpened() {
        return switch (target) {
            case Target.Addresses _ -> tls == TlsMode.VERIFY || isLoopback();
            // Whoever forges the answer of the DNS chooses the name that is verified
            case Target.MailExchangers _ -> false;
        };
    }

    /** Returns the way to this recipient. */
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
     * @param domain of all recipients of the unit, where the domain decides which server of the hop takes it
     */
    public record Way(String hop, Optional<Domain> domain) {
        /** The way to the hop of {@code nextHop}. */
        public static final Way TO_THE_ONLY_HOP = new Way(ONLY, Optional.empty());
    }

    /** Whether this is a loopback address, or the name {@code localhost} that is not resolved yet. */
    static boolean isLoopback(InetSocketAddress address) {
        return address.isUnresolved()
                ? address.getHostString().equalsIgnoreCase("localhost")
                : address.getAddress().isLoopbackAddress();
    }

    /** Where a next hop is. */
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
         * @param port of all servers
         * @param resolvers recursive resolvers in order; those of the machine when empty
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
        /** The mail waits. */
        DEFER,
        /** The mail goes in clear over another connection, unless we decrypted it. */
        PLAIN
    }

    /**
     * The certificate that we show to a next hop.
     *
     * @param certificate in PEM, with its chain behind it
     * @param key PKCS#8 in PEM, not encrypted
     */
    public record ClientTls(Path certificate, Path key) {}

    /**
     * The login that we use at a next hop (RFC 4954).
     *
     * @param user as the hop knows us
     * @param passwordFile read at each connection
     */
    public record Auth(String user, Path passwordFile) {}

    /**
     * What is asked of a next hop.
     *
     * @param connections at a time to each address; not more than the next hop allows one client
     * @param messages over one connection
     * @param idle after which an unused connection is closed
     * @param timeLimit after which no further address is tried for a message
     * @param backOff for which an address that failed is tried after the others
     * @param handOver longest time from the end of a message here to its final dot there, after which the message is
     *     not sent; no limit when empty
     * @param patience with each step of the hop
     */
    public record HopLimits(
            int connections,
            int messages,
            Duration idle,
            Duration timeLimit,
            Duration backOff,
            Optional<Duration> handOver,
            Patience patience) {
        /** The limits of a next hop for which nothing is said. */
        public static final HopLimits DEFAULT = read(Section.empty(), Patience.NEARBY);

        /**
         * Reads {@code limits} of a next hop.
         *
         * @param patience that holds unless the section says otherwise
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
     * @param greeting greeting, EHLO, STARTTLS, TLS and AUTH, each
     * @param command XFORWARD, MAIL, RCPT and RSET, each
     * @param octetsPerSecond rate at which content must be taken on average, once the first blocks have had their time
     */
    public record Patience(Duration greeting, Duration command, int octetsPerSecond) {
        /** For a server of our own: if it is silent it is out of order, and another one may stand in for it. */
        public static final Patience NEARBY = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(60), 500);

        /** For servers of others: what the RFC asks for. */
        public static final Patience WORLD = new Patience(Duration.ofMinutes(5), Duration.ofMinutes(5), 500);
    }

    /** The name of the hop that {@code nextHop} describes. */
    public static final String ONLY = "nextHop";
}
