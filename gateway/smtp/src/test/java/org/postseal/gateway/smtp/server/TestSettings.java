package org.postseal.gateway.smtp.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.postseal.certstore.Secret;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.GatewayConfig.BareLineEnds;
import org.postseal.gateway.config.GatewayConfig.Limits;
import org.postseal.gateway.config.GatewayConfig.MessageLimits;
import org.postseal.gateway.config.SessionLimits;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.TenantTokens;
import org.postseal.gateway.mail.login.LoginFile;
import org.postseal.gateway.mail.login.Logins;
import org.postseal.gateway.mail.login.PasswordHash;
import org.postseal.gateway.testkit.TestTls;

/** Settings of a listener on a free loopback port. Dialogues change them word by word. */
final class TestSettings {
    static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private Peer.Protocol protocol = Peer.Protocol.SMTP;
    private Predicate<InetAddress> trusted = _ -> false;
    private Predicate<InetAddress> proxies = _ -> false;
    private Predicate<InetAddress> xclient = _ -> false;
    private Optional<ServerTls> tls = Optional.empty();
    private Optional<Logins> logins = Optional.empty();
    private Optional<TenantTokens> tenantTokens = Optional.empty();
    private Peer.Role role = Peer.Role.BOTH;
    private Limits limits = Limits.DEFAULT;
    private SessionLimits session = SessionLimits.DEFAULT;

    private GatewayConfig.SplitRecipients split = GatewayConfig.SplitRecipients.JOURNAL;

    TestSettings tls(ServerTls other) {
        tls = Optional.of(other);
        return this;
    }

    /** Applies a directive of a dialogue file. Returns false if it is none of ours. */
    boolean apply(String[] words) throws Exception {
        switch (words[0]) {
            case "protocol" -> protocol = Peer.Protocol.valueOf(words[1].toUpperCase(Locale.ROOT));
            case "trusted" -> trusted = words.length == 1 ? _ -> true : InetAddress.ofLiteral(words[1])::equals;
            case "proxies" -> proxies = _ -> true;
            case "logins" -> logins = Optional.of(logins());
            case "tokens" ->
                tenantTokens = Optional.of(new TenantTokens(
                        words[1],
                        Optional.of(Secret.of(words[2].getBytes(US_ASCII))),
                        Optional.of(Secret.of(words[3].getBytes(US_ASCII)))));
            case "role" -> role = Peer.Role.valueOf(words[1].toUpperCase(Locale.ROOT));
            case "xclient" -> xclient = _ -> true;
            case "tls" -> tls = Optional.of(new ServerTls(TestTls.server(), words.length > 1, false));
            case "limit" -> limits = limit(words[1], words[2]);
            case "split" -> split = GatewayConfig.SplitRecipients.valueOf(words[1].toUpperCase(Locale.ROOT));
            case "session" -> session = session(words[1], Integer.parseInt(words[2]));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Starts a server with these settings. */
    SubEthaMailServer started(MessageReceiver receiver) throws IOException {
        SubEthaMailServer server = new SubEthaMailServer(settings(), receiver);
        server.start();
        return server;
    }

    ServerSettings settings() {
        return new ServerSettings(
                "gw.example.com",
                new GatewayConfig.Listener(
                        new Peer.Listener(protocol, role, Peer.Authors.REVERSE_PATH, Optional.of(ADDRESS)),
                        ADDRESS,
                        Optional.empty(),
                        split,
                        GatewayConfig.Speakers.NONE,
                        logins,
                        tenantTokens),
                new PeerRights(trusted, proxies, xclient),
                limits(),
                tls,
                new Spool.Factory(
                        Path.of(System.getProperty("java.io.tmpdir")),
                        limits.heapOctets(),
                        new OctetGate(limits.octetsInFlight())),
                Clock.fixed(Instant.parse("2026-11-24T12:00:00Z"), ZoneOffset.UTC));
    }

    /** Alice may write as herself, and the scanner as everybody of example.org. The password of both is "pencil". */
    private static Logins logins() throws IOException {
        String password = PasswordHash.of("pencil", new SecureRandom()).text();
        Path file = Files.createTempFile("logins", "");
        try {
            Files.writeString(file, "alice@example.com:" + password + "\nscanner:" + password + ":@example.org\n");
            return ((LoginFile.Reading.Read) LoginFile.read(file)).logins();
        } finally {
            Files.delete(file);
        }
    }

    private Limits limit(String name, String value) {
        MessageLimits message = limits.message();
        return new Limits(
                new MessageLimits(
                        name.equals("messageOctets") ? Long.parseLong(value) : message.octets(),
                        name.equals("lineOctets") ? Integer.parseInt(value) : message.lineOctets(),
                        name.equals("bareLineEnds") ? BareLineEnds.valueOf(value) : message.bareLineEnds()),
                name.equals("recipients") ? Integer.parseInt(value) : limits.recipients(),
                name.equals("connections") ? Integer.parseInt(value) : limits.connections(),
                name.equals("octetsInFlight") ? Long.parseLong(value) : limits.octetsInFlight(),
                limits.heapOctets(),
                limits.drain(),
                limits.preparation(),
                limits.session());
    }

    private Limits limits() {
        return new Limits(
                limits.message(),
                limits.recipients(),
                limits.connections(),
                limits.octetsInFlight(),
                limits.heapOctets(),
                limits.drain(),
                limits.preparation(),
                session);
    }

    private SessionLimits session(String name, int value) {
        return new SessionLimits(
                name.equals("proxyTimeout") ? Duration.ofMillis(value) : session.proxyTimeout(),
                name.equals("commandTimeout") ? Duration.ofMillis(value) : session.commandTimeout(),
                name.equals("envelopeTimeout") ? Duration.ofMillis(value) : session.envelopeTimeout(),
                name.equals("dataTimeout") ? Duration.ofMillis(value) : session.dataTimeout(),
                name.equals("dataOctetsPerSecond") ? value : session.dataOctetsPerSecond(),
                name.equals("handshakeTimeout") ? Duration.ofMillis(value) : session.handshakeTimeout(),
                name.equals("writeTimeout") ? Duration.ofMillis(value) : session.writeTimeout(),
                name.equals("errors") ? value : session.errors(),
                name.equals("idleCommands") ? value : session.idleCommands(),
                session.failedLogins(),
                session.commandOctets());
    }
}
