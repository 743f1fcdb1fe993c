package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.Auth;
import org.postseal.gateway.config.NextHopConfig.HopLimits;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsFailure;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.policy.outcome.Reason;

class LoginTest {
    private static final OutgoingEnvelope ENVELOPE = Messages.envelope(1);

    @TempDir
    private Path folder;

    private Path password;

    @BeforeEach
    void password() throws IOException {
        password = Files.writeString(folder.resolve("password"), "géheim \n");
    }

    @ParameterizedTest
    @CsvSource({"PLAIN LOGIN", "LOGIN PLAIN", "XOAUTH2 PLAIN"})
    void byPlainWhereItIsOffered(String offered) throws IOException {
        try (ScriptedNextHop hop = hop(Script.polite(), "AUTH " + offered);
                NettyNextHop client = client(hop)) {
            assertThat(send(client)).isEqualTo("250");
            assertThat(hop.commands())
                    .startsWith("EHLO gw.example.com", "AUTH PLAIN " + base64("\0gateway\0géheim "))
                    .contains("DATA");
        }
    }

    @Test
    void byLoginWhereNothingElseIs() throws IOException {
        try (ScriptedNextHop hop = hop(Script.polite(), "AUTH LOGIN GSSAPI");
                NettyNextHop client = client(hop)) {
            assertThat(send(client)).isEqualTo("250");
            assertThat(hop.commands())
                    .startsWith("EHLO gw.example.com", "AUTH LOGIN", base64("gateway"), base64("géheim "));
        }
    }

    @Test
    void oncePerConnection() throws IOException {
        try (ScriptedNextHop hop = hop(Script.polite(), "AUTH PLAIN");
                NettyNextHop client = client(hop)) {
            assertThat(send(client)).isEqualTo("250");
            assertThat(send(client)).isEqualTo("250");
            assertThat(hop.commands().stream().filter(line -> line.startsWith("AUTH")))
                    .hasSize(1);
        }
    }

    /** Our administrator must correct a wrong password, and the mail waits for that. */
    @ParameterizedTest
    @ValueSource(strings = {"535 5.7.8 wrong\r\n", "454 4.7.0 not now\r\n", "530 5.7.0 first TLS\r\n"})
    void whereWeAreNotLetInTheMailWaits(String reply) throws IOException {
        for (String mechanism : List.of("PLAIN", "LOGIN")) {
            try (ScriptedNextHop hop = hop(Script.at(Stage.AUTH, new Action.Say(reply)), "AUTH " + mechanism);
                    NettyNextHop client = client(hop)) {
                assertThat(refusal(client))
                        .isEqualTo(NextHop.Outcome.of(Reason.NEXT_HOP_LOGIN_REFUSED, "AUTH: " + reply.strip()));
                assertThat(hop.commands()).noneMatch(line -> line.startsWith("MAIL"));
            }
        }
    }

    @Test
    void whoOffersNoneOfTheTwoGetsNoMail() throws IOException {
        try (ScriptedNextHop hop = hop(Script.polite(), "AUTH GSSAPI");
                NettyNextHop client = client(hop)) {
            assertThat(refusal(client).reason()).contains(Reason.NEXT_HOP_LOGIN_REFUSED);
        }
    }

    @Test
    void anEmptyOrMissingPasswordIsNotSent() throws IOException {
        try (ScriptedNextHop hop = hop(Script.polite(), "AUTH PLAIN");
                NettyNextHop client = client(hop)) {
            Files.writeString(password, "\nsecond line");
            assertThat(refusal(client).reason()).contains(Reason.NEXT_HOP_LOGIN_REFUSED);
            Files.delete(password);
            assertThat(refusal(client).reason()).contains(Reason.NEXT_HOP_LOGIN_REFUSED);
            assertThat(hop.commands()).noneMatch(line -> line.startsWith("AUTH"));
        }
    }

    @Test
    void thePasswordCrossesNoNetworkInClear() {
        // Its remote address is no address of this machine.
        EmbeddedChannel elsewhere = new EmbeddedChannel();
        Login login = new Login(new Connection(new SessionHandler(elsewhere)), Duration.ofSeconds(1));
        assertThatThrownBy(() -> login.run(new Auth("gateway", password)))
                .isInstanceOf(LostException.class)
                .hasMessage("AUTH: no TLS, the password is not sent");
        assertThat(elsewhere.outboundMessages()).isEmpty();
    }

    private static ScriptedNextHop hop(Script script, String auth) throws IOException {
        List<String> capabilities = new ArrayList<>(ScriptedNextHop.ALL);
        capabilities.add(auth);
        return new ScriptedNextHop(script, capabilities, null);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static NextHop.Outcome refusal(NextHop client) {
        return client.send(Messages.unit(ENVELOPE), ENVELOPE, false).getFirst();
    }

    private static String send(NextHop client) {
        return String.valueOf(refusal(client).reply().code());
    }

    private NettyNextHop client(ScriptedNextHop peer) throws IOException {
        List<InetSocketAddress> addresses = List.of(peer.address());
        return new NettyNextHop(new ClientSettings(
                new NextHopConfig(
                        "hop",
                        new Target.Addresses(addresses),
                        Peer.Protocol.SMTP,
                        TlsMode.NONE,
                        TlsFailure.DEFER,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(new Auth("gateway", password)),
                        HopLimits.DEFAULT,
                        false),
                "gw.example.com",
                ClientSettings.Timeouts.all(Duration.ofSeconds(20))));
    }
}
