package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.smime.SendablesForTests;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.policy.outcome.Reason;

@Tag("thorough")
class ClientTlsTest {
    @TempDir
    static Path directory;

    static TestCertificates authority;
    static Path trust;
    static Path otherTrust;

    @BeforeAll
    static void issue() throws Exception {
        authority = new TestCertificates();
        trust = authority.trustFile(directory);
        otherTrust = new TestCertificates().trustFile(directory);
    }

    static Stream<Arguments> certificates() {
        GeneralName right = new GeneralName(GeneralName.dNSName, "localhost");
        GeneralName wrong = new GeneralName(GeneralName.dNSName, "localhost.example");
        Duration good = Duration.ofDays(1);
        return Stream.of(
                Arguments.of("good", right, good, TlsMode.VERIFY, false, "delivered over TLS"),
                Arguments.of("wrong name", wrong, good, TlsMode.VERIFY, false, "NEXT_HOP_UNAVAILABLE"),
                Arguments.of("expired", right, Duration.ofMinutes(30), TlsMode.VERIFY, false, "NEXT_HOP_UNAVAILABLE"),
                Arguments.of("other authority", right, good, TlsMode.VERIFY, true, "NEXT_HOP_UNAVAILABLE"),
                Arguments.of("opportunistic, wrong name", wrong, good, TlsMode.MAY, false, "delivered over TLS"),
                Arguments.of("demanded, wrong name", wrong, good, TlsMode.ENCRYPT, false, "delivered over TLS"),
                Arguments.of("not asked for", right, good, TlsMode.NONE, false, "delivered in clear"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("certificates")
    void certificateIsJudged(
            String title, GeneralName name, Duration validity, TlsMode mode, boolean isOtherTrust, String outcome)
            throws Exception {
        SSLContext tls = authority.server(name, validity);
        try (ScriptedNextHop peer = new ScriptedNextHop(Script.polite(), ScriptedNextHop.ALL, tls);
                NettyNextHop client = client(peer, mode, isOtherTrust ? otherTrust : trust)) {
            assertThat(send(client, peer)).as(title).isEqualTo(outcome);
            assertThat(peer.completed()).isEqualTo(outcome.startsWith("delivered") ? 1 : 0);
        }
    }

    @Test
    void capabilitiesAreReadAgain() throws Exception {
        Script second = moment -> moment.stage() == Stage.EHLO && moment.count() == 2
                ? Optional.of(new Action.Say("250-next\r\n250 SIZE 5\r\n"))
                : Optional.empty();
        SSLContext tls = authority.server(new GeneralName(GeneralName.dNSName, "localhost"), Duration.ofDays(1));
        try (ScriptedNextHop peer = new ScriptedNextHop(second, ScriptedNextHop.ALL, tls);
                NettyNextHop client = client(peer, TlsMode.VERIFY, trust)) {
            assertThat(send(client, peer)).isEqualTo("MESSAGE_TOO_BIG");
            assertThat(peer.commands()).startsWith("EHLO gw.example.com", "STARTTLS", "EHLO gw.example.com");
        }
    }

    static Stream<Arguments> withoutTls() {
        List<String> offering = new ArrayList<>(ScriptedNextHop.ALL);
        offering.add("STARTTLS");
        Script refusing = Script.at(Stage.STARTTLS, new Action.Say("454 4.7.0 not now\r\n"));
        Script early = Script.at(Stage.EHLO, new Action.Say("250-next\r\n250 STARTTLS\r\n220 go\r\n"));
        return Stream.of(
                Arguments.of("not offered", ScriptedNextHop.ALL, Script.polite(), TlsMode.VERIFY),
                Arguments.of("refused", offering, refusing, TlsMode.VERIFY),
                Arguments.of("not offered, unverified", ScriptedNextHop.ALL, Script.polite(), TlsMode.ENCRYPT),
                Arguments.of("refused, unverified", offering, refusing, TlsMode.ENCRYPT),
                Arguments.of("reply before STARTTLS", offering, early, TlsMode.MAY));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withoutTls")
    void nothingIsSentAfterAFailedStartTls(String title, List<String> capabilities, Script script, TlsMode mode)
            throws Exception {
        try (ScriptedNextHop peer = new ScriptedNextHop(script, capabilities, null);
                NettyNextHop client = client(peer, mode, trust)) {
            assertThat(send(client, peer)).as(title).isEqualTo("NEXT_HOP_UNAVAILABLE");
            assertThat(peer.commands()).noneMatch(line -> line.startsWith("MAIL"));
        }
    }

    /** The server goes on with a good handshake, so only the injected octets can be the reason to stop. */
    @ParameterizedTest
    @ValueSource(strings = {"250-next\r\n250 SIZE 5\r\n", "250 next\r\n250 2.1.0 ok\r\n250 2.1.5 ok\r\n", "2", "\r\n"})
    void octetsBehindTheReplyToStartTlsAreAnAttack(String injected) throws Exception {
        SSLContext tls = authority.server(new GeneralName(GeneralName.dNSName, "localhost"), Duration.ofDays(1));
        Script injecting = Script.at(Stage.STARTTLS, new Action.Say("220 go\r\n" + injected));
        for (TlsMode mode : List.of(TlsMode.MAY, TlsMode.VERIFY)) {
            try (ScriptedNextHop peer = new ScriptedNextHop(injecting, ScriptedNextHop.ALL, tls);
                    NettyNextHop client = client(peer, mode, trust)) {
                assertThat(send(client, peer)).isEqualTo("NEXT_HOP_UNAVAILABLE");
                assertThat(peer.commands()).containsExactly("EHLO gw.example.com", "STARTTLS");
            }
        }
    }

    @Test
    void theSessionIsTold() throws Exception {
        SSLContext tls = authority.server(new GeneralName(GeneralName.dNSName, "localhost"), Duration.ofDays(1));
        for (TlsMode mode : List.of(TlsMode.NONE, TlsMode.MAY, TlsMode.VERIFY)) {
            try (ScriptedNextHop peer = new ScriptedNextHop(Script.polite(), ScriptedNextHop.ALL, tls);
                    NettyNextHop client = client(peer, mode, trust)) {
                OutgoingEnvelope envelope = Messages.envelope(1);
                NextHop.Session session = client.send(Messages.unit(envelope), envelope, false)
                        .getFirst()
                        .session()
                        .orElseThrow();
                assertThat(session.server().getPort()).isEqualTo(peer.port());
                assertThat(session.tls().isPresent()).isEqualTo(mode != TlsMode.NONE);
                session.tls().ifPresent(used -> {
                    assertThat(used.protocol()).isEqualTo("TLSv1.3");
                    assertThat(used.cipherSuite()).startsWith("TLS_");
                    assertThat(used.serverSubject()).isPresent();
                    assertThat(used.isVerified()).isEqualTo(mode == TlsMode.VERIFY);
                });
            }
        }
    }

    @Test
    void openedMailGoesToLoopbackWithHeadersOnly() throws Exception {
        try (ScriptedNextHop peer = new ScriptedNextHop();
                NettyNextHop client = client(peer, TlsMode.NONE, trust)) {
            OutgoingEnvelope envelope = Messages.envelope(1);
            assertThat(client.send(opened(envelope), envelope, false)).allMatch(NextHop.Outcome::isAccepted);
            assertThat(peer.received().getFirst().commands())
                    .startsWith("MAIL FROM:<alice@example.com> SIZE=24 BODY=8BITMIME RET=HDRS");
        }
    }

    @Test
    void openedMailGoesNowhereElseInClear() throws IOException {
        // Its remote address is no address of this machine.
        EmbeddedChannel elsewhere = new EmbeddedChannel();
        OutgoingEnvelope envelope = Messages.envelope(2);
        Message message = new Message(
                opened(envelope),
                envelope,
                Content.of(new byte[0], Messages.raw(Messages.TEXT), false),
                false,
                NextHop.Acceptance.unheard(),
                new ClientSettings(
                        NextHopConfig.smtp(
                                InetSocketAddress.createUnresolved("elsewhere.example", 25),
                                TlsMode.NONE,
                                Optional.empty()),
                        "gw.example.com",
                        ClientSettings.Timeouts.all(Duration.ofSeconds(1))),
                Deadline.NONE);
        Transaction.Ended ended = new Transaction(new Connection(new SessionHandler(elsewhere)), message).run();
        assertThat(ended).isInstanceOf(Transaction.Ended.Settled.class);
        assertThat(((Transaction.Ended.Settled) ended).outcomes())
                .extracting(NextHop.Outcome::reason)
                .containsExactly(Optional.of(Reason.CLEAR_CHANNEL_REFUSED), Optional.of(Reason.CLEAR_CHANNEL_REFUSED));
        assertThat(elsewhere.outboundMessages()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,true",
        "127.255.0.9,true",
        "::1,true",
        "192.0.2.1,false",
        "10.0.0.1,false",
        "::ffff:192.0.2.1,false",
        "2001:db8::1,false",
        "0.0.0.0,false"
    })
    void loopbackIsThisMachineOnly(String address, boolean expected) throws IOException {
        InetAddress literal = InetAddress.ofLiteral(address);
        assertThat(Connection.isLoopback(new InetSocketAddress(literal, 25))).isEqualTo(expected);
        assertThat(Connection.isLoopback(InetSocketAddress.createUnresolved(address, 25)))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsMode.class,
            names = {"MAY", "ENCRYPT", "VERIFY"})
    void ourCertificateIsShownToWhoAsksForIt(TlsMode mode) throws Exception {
        SSLContext tls = authority.server(new GeneralName(GeneralName.dNSName, "localhost"), Duration.ofDays(1));
        try (ScriptedNextHop peer = new ScriptedNextHop(Script.polite(), ScriptedNextHop.ALL, tls);
                NettyNextHop without = client(peer, mode, trust);
                NettyNextHop with = new NettyNextHop(settings(peer, mode, Optional.of(authority.client(directory))))) {
            assertThat(send(without, peer)).isEqualTo("delivered over TLS");
            assertThat(peer.shown()).isEmpty();
            assertThat(send(with, peer)).isEqualTo("delivered over TLS");
            assertThat(peer.shown()).containsExactly("CN=server");
        }
    }

    @Test
    void aKeyOfAnotherCertificateIsNoticedBeforeItIsShown() throws Exception {
        NextHopConfig.ClientTls one = authority.client(directory);
        NextHopConfig.ClientTls other = authority.client(directory);
        NettyNextHop.requireClient(one);
        assertThatThrownBy(
                        () -> NettyNextHop.requireClient(new NextHopConfig.ClientTls(one.certificate(), other.key())))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("the key is that of another certificate");
        assertThatThrownBy(() ->
                        NettyNextHop.requireClient(new NextHopConfig.ClientTls(one.certificate(), one.certificate())))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot use " + one.certificate());
    }

    private static ClientSettings settings(
            ScriptedNextHop peer, TlsMode mode, Optional<NextHopConfig.ClientTls> client) {
        return new ClientSettings(
                new NextHopConfig(
                        "hop",
                        new NextHopConfig.Target.Addresses(
                                List.of(InetSocketAddress.createUnresolved("localhost", peer.port()))),
                        Peer.Protocol.SMTP,
                        mode,
                        NextHopConfig.TlsFailure.DEFER,
                        Optional.of(trust),
                        client,
                        Optional.empty(),
                        NextHopConfig.HopLimits.DEFAULT,
                        false),
                "gw.example.com",
                ClientSettings.Timeouts.all(Duration.ofSeconds(10)));
    }

    @Test
    void unreadableTrustFileIsToldAtStart() throws IOException {
        Path nonsense = Files.writeString(directory.resolve("nonsense.pem"), "no certificate");
        for (Path file : List.of(nonsense, directory.resolve("missing.pem"))) {
            assertThatThrownBy(() -> new NettyNextHop(ClientSettings.of(
                            NextHopConfig.smtp(
                                    InetSocketAddress.createUnresolved("127.0.0.1", 1),
                                    TlsMode.VERIFY,
                                    Optional.of(file)),
                            "gw.example.com")))
                    .isInstanceOf(IOException.class);
        }
    }

    private static org.postseal.gateway.smime.Sendable opened(OutgoingEnvelope envelope) {
        return SendablesForTests.opened(Messages.raw(Messages.TEXT), Messages.addresses(envelope));
    }

    private static String send(NextHop client, ScriptedNextHop peer) {
        OutgoingEnvelope envelope = Messages.envelope(1);
        NextHop.Outcome outcome =
                client.send(Messages.unit(envelope), envelope, false).getFirst();
        return outcome.reason()
                .map(Reason::name)
                .orElseGet(() -> peer.received().getFirst().isTls() ? "delivered over TLS" : "delivered in clear");
    }

    private static NettyNextHop client(ScriptedNextHop peer, TlsMode mode, Path trust) throws IOException {
        InetSocketAddress byName =
                InetSocketAddress.createUnresolved("localhost", peer.address().getPort());
        return new NettyNextHop(new ClientSettings(
                NextHopConfig.smtp(byName, mode, Optional.of(trust)),
                "gw.example.com",
                ClientSettings.Timeouts.all(Duration.ofSeconds(20))));
    }
}
