package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.AddressRange;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.Secret;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.CopiedRecords;
import org.postseal.gateway.config.GatewayConfig.BareLineEnds;
import org.postseal.gateway.config.GatewayConfig.Limits;
import org.postseal.gateway.config.GatewayConfig.Listener;
import org.postseal.gateway.config.GatewayConfig.ListenerTls;
import org.postseal.gateway.config.GatewayConfig.MessageLimits;
import org.postseal.gateway.config.NextHopConfig.HopLimits;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.TenantTokens;
import org.postseal.gateway.mail.login.LoginFile;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.yaml.Problem;

final class ConfigReaderTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void files() throws IOException {
        Files.createDirectory(folder.resolve("store"));
        for (String name : List.of("policy.yaml", "tls.pem", "tls.key")) {
            Files.createFile(folder.resolve(name));
        }
        Files.writeString(
                folder.resolve("logins"),
                "alice@example.com:$pbkdf2-sha512$10000$AAECAwQFBgcICQoLDA0ODw$"
                        + "iVow1GG/0gIhkgYchi7pZtt5r7uyXCo0a.uufFFyLbiulO2gPENewJpmFAOVK5nV.JX8xFxWvh/43AEoxbTFVw\n");
        Files.writeString(folder.resolve("loop.key"), "0123456789abcdef0123456789abcdef\n");
        Files.writeString(folder.resolve("via.key"), "fedcba9876543210fedcba9876543210\n");
    }

    @Test
    void everyKeyOfTheContractIsRead() throws IOException {
        assertThat(loaded("01-contract"))
                .isEqualTo(new GatewayConfig(
                        "gw.example.com",
                        "postseal.gw.example.com",
                        List.of(
                                new Listener(
                                        Peer.Protocol.LMTP,
                                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 10024),
                                        Peer.Role.SUBMISSION,
                                        Optional.empty(),
                                        GatewayConfig.SplitRecipients.JOURNAL),
                                new Listener(
                                        Peer.Protocol.LMTP,
                                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 10025),
                                        Peer.Role.INBOUND,
                                        Optional.empty(),
                                        GatewayConfig.SplitRecipients.JOURNAL)),
                        List.of(AddressRange.of("127.0.0.0/8")),
                        List.of(),
                        RecipientsConfig.DEFAULT,
                        NextHopsConfig.only(NextHopConfig.smtp(
                                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 10026),
                                TlsMode.NONE,
                                Optional.empty())),
                        GatewayConfig.Mode.ENFORCE,
                        PolicyConfig.of(folder.resolve("policy.yaml")),
                        folder.resolve("store"),
                        CryptoConfig.DEFAULT,
                        DirectoryConfig.FILES_ONLY,
                        AuditConfig.of(folder.resolve("audit.jsonl")),
                        JournalConfig.of(folder.resolve("journal.db")),
                        Optional.empty(),
                        LoopConfig.COUNTED,
                        Optional.empty(),
                        Optional.empty(),
                        MetricsConfig.DEFAULT,
                        ConsoleConfig.DEFAULT,
                        Limits.DEFAULT));
    }

    @Test
    void everyOtherKeyIsRead() throws IOException {
        GatewayConfig config = loaded("03-everything");

        assertThat(config.hostName()).isEqualTo("gw.example.com");
        assertThat(config.listeners().getFirst())
                .isEqualTo(new Listener(
                        new Peer.Listener(
                                Peer.Protocol.SMTP,
                                Peer.Role.SUBMISSION,
                                Peer.Authors.REVERSE_PATH,
                                Optional.of(new InetSocketAddress(InetAddress.ofLiteral("::1"), 2525))),
                        new InetSocketAddress(InetAddress.ofLiteral("::1"), 2525),
                        Optional.of(new ListenerTls(
                                folder.resolve("tls.pem"),
                                folder.resolve("tls.key"),
                                GatewayConfig.TlsMode.IMPLICIT,
                                Optional.of(folder.resolve("tls.pem")))),
                        GatewayConfig.SplitRecipients.DEFER,
                        new GatewayConfig.Speakers(
                                List.of(AddressRange.of("192.0.2.8"), AddressRange.of("2001:db8:1::/48")),
                                List.of(AddressRange.of("192.0.2.9"))),
                        Optional.of(((LoginFile.Reading.Read) LoginFile.read(folder.resolve("logins"))).logins()),
                        Optional.empty()));
        assertThat(config.listeners().get(2).place().authors()).isEqualTo(Peer.Authors.ANY);
        assertThat(config.listeners().get(2).tenantTokens())
                .contains(new TenantTokens(
                        "X-Via", Optional.of(Secret.read(folder.resolve("via.key"))), Optional.empty()));
        assertThat(config.toString()).doesNotContain("pbkdf2");
        assertThat(config.nextHops())
                .isEqualTo(NextHopsConfig.only(new NextHopConfig(
                        NextHopConfig.ONLY,
                        new Target.Addresses(List.of(InetSocketAddress.createUnresolved("mx.example.com", 25))),
                        Peer.Protocol.SMTP,
                        TlsMode.VERIFY,
                        NextHopConfig.TlsFailure.DEFER,
                        Optional.of(folder.resolve("tls.pem")),
                        Optional.of(new NextHopConfig.ClientTls(folder.resolve("tls.pem"), folder.resolve("tls.key"))),
                        Optional.empty(),
                        new HopLimits(
                                8,
                                50,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(40),
                                Duration.ofMinutes(2),
                                Optional.of(Duration.ofSeconds(45)),
                                new NextHopConfig.Patience(Duration.ofSeconds(20), Duration.ofSeconds(90), 1000)),
                        false)));
        assertThat(config.mode()).isEqualTo(GatewayConfig.Mode.OBSERVE);
        assertThat(config.policy())
                .isEqualTo(new PolicyConfig(
                        folder.resolve("policy.yaml"),
                        Optional.of(folder.resolve("next.yaml")),
                        PolicyConfig.Reload.ON_SIGNAL));
        assertThat(config.audit().journald()).contains(CopiedRecords.ALL);
        assertThat(config.audit().addressKey()).isEqualTo(config.loops().key());
        assertThat(config.journal())
                .isEqualTo(new JournalConfig(folder.resolve("who.db"), Duration.ofDays(8), Duration.ofSeconds(5)));
        assertThat(config.loops().key().orElseThrow().octets())
                .isEqualTo("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        assertThat(config.loops().exchangeHeader().orElseThrow().name()).isEqualTo("X-Gateway-Done");
        assertThat(config.toString()).doesNotContain("0123456789");
        assertThat(config.metrics())
                .isEqualTo(new MetricsConfig(Optional.of(new InetSocketAddress(InetAddress.ofLiteral("::1"), 9100))));
        assertThat(config.recipients()).isEqualTo(new RecipientsConfig(Set.of("sales%eu", "\"a@b\"", "plain")));
        assertThat(config.limits())
                .isEqualTo(new Limits(
                        new MessageLimits(10485760, 2000, BareLineEnds.NORMALISE),
                        200,
                        50,
                        104857600,
                        65536,
                        Duration.ofSeconds(45),
                        Duration.ofSeconds(90),
                        new SessionLimits(
                                SessionLimits.DEFAULT.proxyTimeout(),
                                Duration.ofMinutes(6),
                                Duration.ofMinutes(30),
                                Duration.ofMinutes(2),
                                1000,
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(30),
                                10,
                                50,
                                5,
                                SessionLimits.DEFAULT.commandOctets())));
    }

    @Test
    void routesAreReadInTheirOrder() throws IOException {
        NextHopsConfig hops = loaded("40-next-hops").nextHops();

        assertThat(hops.hops())
                .startsWith(NextHopConfig.smtp(
                        "internal",
                        new Target.Addresses(List.of(
                                InetSocketAddress.createUnresolved("mx1.example.com", 25),
                                new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 25))),
                        TlsMode.VERIFY,
                        Optional.of(folder.resolve("tls.pem"))))
                .extracting(NextHopConfig::name)
                .containsExactly("internal", "spare", "partner", "outside", "world", "any");
        assertThat(hops.hops().get(4).target())
                .isEqualTo(new Target.MailExchangers(
                        2525, List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 53))));
        assertThat(hops.hops().get(4).way(MailAddress.of("a@b.EXAMPLE.net")))
                .isEqualTo(new NextHopConfig.Way("world", Optional.of(Domain.of("b.example.net"))));
        assertThat(hop(hops, "a@partner.example", Direction.OUTBOUND)).isEqualTo("partner");
        assertThat(hop(hops, "a@x.y.PARTNER.example", Direction.INBOUND)).isEqualTo("partner");
        assertThat(hop(hops, "a@notpartner.example", Direction.OUTBOUND)).isEqualTo("outside");
        assertThat(hop(hops, "a@example.com", Direction.INTERNAL)).isEqualTo("internal");
        assertThat(hop(hops, "a@sub.example.com", Direction.INTERNAL)).isEqualTo("outside");
        assertThat(hop(hops, "a@sub.example.com", Direction.INBOUND)).isEqualTo("internal");
        assertThat(hop(hops, "a@example.com", Direction.OUTBOUND)).isEqualTo("outside");
    }

    private static String hop(NextHopsConfig hops, String recipient, Direction direction) {
        return hops.hop(MailAddress.of(recipient), direction).name();
    }

    @Test
    void defaultsAreThoseOfTheDocumentation() throws IOException {
        GatewayConfig config = loaded("02-least");

        assertThat(config.authservId()).isEqualTo("postseal." + config.hostName());
        assertThat(config.trustedPeers()).isEqualTo(GatewayConfig.DEFAULT_TRUSTED_PEERS);
        assertThat(config.mode()).isEqualTo(GatewayConfig.Mode.ENFORCE);
        assertThat(config.policy()).isEqualTo(PolicyConfig.of(folder.resolve("policy.yaml")));
        assertThat(config.storeDirectory()).isEqualTo(folder.resolve("store"));
        assertThat(config.audit().file()).isEqualTo(folder.resolve("audit.jsonl"));
        assertThat(config.journal())
                .isEqualTo(new JournalConfig(folder.resolve("journal.db"), Duration.ofDays(6), Duration.ofSeconds(10)));
        assertThat(config.loops()).isEqualTo(LoopConfig.COUNTED);
        assertThat(config.metrics()).isEqualTo(MetricsConfig.DEFAULT);
        assertThat(config.limits()).isEqualTo(Limits.DEFAULT);
    }

    @Test
    void defaultFilesMustExistToo() throws IOException {
        Files.delete(folder.resolve("policy.yaml"));
        Files.delete(folder.resolve("store"));
        Path file = copy("02-least");

        assertThat(ConfigReader.read(file))
                .isEqualTo(new ConfigResult.Broken(
                        List.of(
                                Problem.error(
                                        file.toString(),
                                        1,
                                        "policy",
                                        "not given, and the default " + folder.resolve("policy.yaml")
                                                + " does not exist"),
                                Problem.error(
                                        file.toString(),
                                        1,
                                        "store.directory",
                                        "not given, and the default " + folder.resolve("store") + " does not exist")),
                        Optional.empty(),
                        Optional.empty(),
                        1));
    }

    @Test
    void missingFileIsAProblemOfTheFile() {
        Path file = folder.resolve("none.yaml");

        assertThat(ConfigReader.read(file))
                .isEqualTo(new ConfigResult.Broken(
                        List.of(Problem.error(file.toString(), 0, "", "no such file")),
                        Optional.empty(),
                        Optional.empty(),
                        0));
    }

    @Test
    void whatIsNotUtf8IsAProblemOfTheFile() throws IOException {
        Path file = Files.write(folder.resolve("latin.yaml"), new byte[] {'#', '\n', 'a', ':', ' ', (byte) 0xE4, '\n'});

        assertThat(ConfigReader.read(file))
                .isEqualTo(new ConfigResult.Broken(
                        List.of(Problem.error(file.toString(), 2, "", "is not UTF-8 text")),
                        Optional.empty(),
                        Optional.empty(),
                        0));
    }

    @Test
    void policyAndStoreOfABrokenFileAreKnownSoThatTheyCanBeCheckedToo() throws IOException {
        Path file = Files.writeString(folder.resolve("broken.yaml"), "listener: []\nstore:\n  directory: store\n");

        ConfigResult.Broken broken = (ConfigResult.Broken) ConfigReader.read(file);

        assertThat(broken.policy()).contains(PolicyConfig.of(folder.resolve("policy.yaml")));
        assertThat(broken.storeDirectory()).contains(folder.resolve("store"));
        assertThat(broken.storeLine()).isEqualTo(3);
    }

    private GatewayConfig loaded(String vector) throws IOException {
        return ((ConfigResult.Loaded) ConfigReader.read(copy(vector))).config();
    }

    private Path copy(String vector) throws IOException {
        return Files.copy(Path.of("src/test/vectors/config/good", vector + ".yaml"), folder.resolve("postseal.yaml"));
    }

    @Test
    void theConsoleIsGuardedByWhatIsWritten() throws IOException {
        ConsoleConfig console = loaded("50-console").console();

        assertThat(console.address()).isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 443));
        assertThat(console.hosts()).containsExactlyInAnyOrder("console.example.com", "192.0.2.1", "[2001:db8::1]");
        assertThat(console.isGuarded()).isTrue();
        assertThat(console.fleet()).contains(folder.resolve("gathered"));
        assertThat(ConsoleConfig.DEFAULT.isGuarded()).isFalse();
        assertThat(ConsoleConfig.DEFAULT.address().getAddress().isLoopbackAddress())
                .isTrue();
    }
}
