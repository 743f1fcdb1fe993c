package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.HopLimits;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsFailure;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smime.SendablesForTests;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.ScriptedNextHop;

/** Checks what is done if TLS is offered and the handshake fails. */
class TlsFallbackTest {
    private static final OutgoingEnvelope ENVELOPE = Messages.envelope(1);

    @ParameterizedTest
    @CsvSource({"MAY,DEFER,451,1", "MAY,PLAIN,250,2", "ENCRYPT,PLAIN,451,1", "VERIFY,PLAIN,451,1"})
    void itIsSentInClearOnlyWhereThatIsSaid(TlsMode tls, TlsFailure onFailure, String code, int connections)
            throws IOException {
        try (ScriptedNextHop broken = broken();
                NettyNextHop client = client(broken, tls, onFailure)) {
            assertThat(send(client, Messages.unit(ENVELOPE))).isEqualTo(code);
            assertThat(broken.connections()).isEqualTo(connections);
            assertThat(broken.received())
                    .allSatisfy(message -> assertThat(message.isTls()).isFalse());
        }
    }

    @Test
    void whatWeHaveOpenedIsNot() throws IOException {
        try (ScriptedNextHop broken = broken();
                NettyNextHop client = client(broken, TlsMode.MAY, TlsFailure.PLAIN)) {
            Sendable opened = SendablesForTests.opened(Messages.raw(Messages.TEXT), Messages.addresses(ENVELOPE));
            assertThat(send(client, opened)).isEqualTo("451");
            assertThat(broken.connections()).isEqualTo(1);
            // It is kept closed from then on, since other mail comes through.
            assertThat(send(client, Messages.unit(ENVELOPE))).isEqualTo("250");
            assertThat(client.forOpened(NextHopConfig.Way.TO_THE_ONLY_HOP, false))
                    .isInstanceOf(OpenedPassage.Barred.class);
        }
    }

    /** Says 220 to STARTTLS, and then closes the connection. */
    private static ScriptedNextHop broken() throws IOException {
        List<String> offering = new ArrayList<>(ScriptedNextHop.ALL);
        offering.add("STARTTLS");
        return new ScriptedNextHop(Script.polite(), offering, null);
    }

    private static String send(NextHop client, Sendable unit) {
        return String.valueOf(
                client.send(unit, ENVELOPE, false).getFirst().reply().code());
    }

    private static NettyNextHop client(ScriptedNextHop peer, TlsMode tls, TlsFailure onFailure) throws IOException {
        return new NettyNextHop(new ClientSettings(
                new NextHopConfig(
                        "hop",
                        new Target.Addresses(List.of(peer.address())),
                        Peer.Protocol.SMTP,
                        tls,
                        onFailure,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        HopLimits.DEFAULT,
                        false),
                "gw.example.com",
                ClientSettings.Timeouts.all(Duration.ofSeconds(20))));
    }
}
