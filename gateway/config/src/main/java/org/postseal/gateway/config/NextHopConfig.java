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
 * @param name by which routes and logs call it
 * @param target where it is
 * @param protocol it speaks
 * @param tls whether STARTTLS is used
 * @param onTlsFailure what is done where MAY and the handshake fails
 * @param trust anchors for VERIFY in PEM; the JDK's own when empty
 * @param client what we show the server when it asks for a certificate; nothing when empty
 * @param auth who we are to it; empty when we do not say
 * @param limits what is asked of it
 * @param allowOpenedWithoutDsn mail that we decrypted goes there even if it does not announce DSN (RFC 3461), and may return all of it in a bounce
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
    /** One server, which is all there is, and everything else as it is when nothing is said. */
    public static NextHopConfig smtp(InetSocketAddress address, TlsMode tls, Optional<Path> trust) {
        return smtp(ONLY, new Target.Addresses(List.of(address)), tls, trust);
    }

    /** SMTP without a certificate or password of ours, and everything else as it is when nothing is said. */
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

    /** The same under other limits. */
    public NextHopConfig within(HopLimits others) {
        return new NextHopConfig(
                name, target, protocol, tls, onTlsFailure, trust, client, auth, others, allowOpenedWithoutDsn);
    }

    /** Every address is one of this machine. */
    boolean isLoopback() {
        return switch (target) {
            case Target.Addresses(List<InetSocketAddress> addresses) ->
                addresses.stream().allMatch(NextHopConfig::isLoopback);
            case Target.MailExchangers _ -> false;
        };
    }

    /** Whether mail that we decrypted may go there: over loopback or verified TLS, to whichever of its servers. */
    public boolean mayCarryOpened() {
        return switch (target) {
            case Target.Addresses _ -> tls == TlsMode.VERIFY || isLoopback();
            // Whoever forges the answer of the DNS chooses the name that is verified
            case Target.MailExchangers _ -> false;
        };
    }

    /** The way to this recipient. */
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
     * @param domain of all its recipients, where they decide at which server of the hop it ends
     */
    public record Way(String hop, Optional<Domain> domain) {
        /** To the hop of {@code nextHop}. */
        public static final Way TO_THE_ONLY_HOP = new Way(ONLY, Optional.empty());
    }

    /** A loopback address, or the name {@code localhost} where it is not resolved yet. */
    static boolean isLoopback(InetSocketAddress address) {
        return address.isUnresolved()
                ? address.getHostString().equalsIgnoreCase("localhost")
                : address.getAddress().isLoopbackAddress();
    }

    /** Where a next hop is. */
    public sealed interface Target {
        /**
         * At the first of these that answers.
         *
         * @param addresses at least one; a name is resolved at each connection
         */
        record Addresses(List<InetSocketAddress> addresses) implements Target {
            public Addresses {
                addresses = List.copyOf(addresses);
            }
        }

        /**
         * Where the DNS says that the recipient's domain takes its mail (RFC 5321 §5.1).
         *
         * @param port of all of them
         * @param resolvers recursive ones, in order; those of the machine when empty
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
        /** When offered, unverified. */
        MAY,
        /** Demanded, unverified. */
        ENCRYPT,
        /** Demanded, certificate and name checked. */
        VERIFY
    }

    /** What is done where TLS is offered and comes to nothing. */
    public enum TlsFailure {
        /** The mail waits. */
        DEFER,
        /** It goes in clear over another connection, unless we have opened it. */
        PLAIN
    }

    /**
     * Who we are to a next hop, by TLS.
     *
     * @param certificate ours in PEM, with its chain behind it
     * @param key PKCS#8 in PEM, not encrypted
     */
    public record ClientTls(Path certificate, Path key) {}

    /**
     * Who we are to a next hop (RFC 4954).
     *
     * @param user as it knows us
     * @param passwordFile read at each connection
     */
    public record Auth(String user, Path passwordFile) {}

    /**
     * What is asked of a next hop.
     *
     * @param connections at a time, to each address; not more than the next hop's own limit for one client
     * @param messages over one connection
     * @param idle after which an unused connection is closed
     * @param timeLimit after which no further address is tried for a message
     * @param backOff for which an address that failed is tried after the others
     * @param handOver from the end of a message here to its final dot there; later it is not sent. Empty: as long as it takes
     * @param patience with each of its steps
     */
    public record HopLimits(
            int connections,
            int messages,
            Duration idle,
            Duration timeLimit,
            Duration backOff,
            Optional<Duration> handOver,
            Patience patience) {
        /** As documented in {@code docs/configuration.md}. */
        public static final HopLimits DEFAULT = new HopLimits(
                20,
                100,
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Optional.empty(),
                Patience.NEARBY);
    }

    /**
     * How long a next hop may take (RFC 5321 §4.5.3.2).
     *
     * @param greeting greeting, EHLO, STARTTLS, TLS and AUTH, each
     * @param command XFORWARD, MAIL, RCPT and RSET, each
     * @param octetsPerSecond that content must be taken with on average once the first blocks have had their time
     */
    public record Patience(Duration greeting, Duration command, int octetsPerSecond) {
        /** A server of one's own: one that is silent is out of order, and another may stand in for it. */
        public static final Patience NEARBY = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(60), 500);

        /** Anybody's server: what the RFC asks for. */
        public static final Patience WORLD = new Patience(Duration.ofMinutes(5), Duration.ofMinutes(5), 500);
    }

    /** The name of what {@code nextHop} describes. */
    public static final String ONLY = "nextHop";
}
