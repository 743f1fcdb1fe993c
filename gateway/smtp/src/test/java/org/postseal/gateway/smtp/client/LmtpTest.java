package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.HopLimits;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsFailure;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;

/** Sends by LMTP (RFC 2033): after the final dot each recipient has its own reply. */
class LmtpTest {
    private static final OutgoingEnvelope THREE = Messages.envelope(3);

    @Test
    void eachHearsWhatIsSaidOfIt() throws IOException {
        Script script = atDot("r2@", new Action.Say("452 4.2.2 mailbox full\r\n"))
                .or(atDot("r3@", new Action.Say("550 5.7.1 not wanted\r\n")));
        try (ScriptedNextHop hop = ScriptedNextHop.lmtp(script);
                NettyNextHop client = client(hop)) {
            assertThat(send(client))
                    .containsExactly("250 2.0.0 queued as 4ABC", "452 4.2.2 mailbox full", "550 5.7.1 not wanted");
            assertThat(send(client)).hasSize(3);
            assertThat(hop.connections()).isEqualTo(1);
            assertThat(hop.commands()).startsWith("LHLO gw.example.com");
        }
    }

    @Test
    void whoWasRefusedAtRcptHasNoReplyAfterTheDot() throws IOException {
        Script script = Script.onLine("RCPT TO:<r1@", new Action.Say("550 5.1.1 who?\r\n"))
                .or(atDot("r3@", new Action.Say("452 4.2.2 mailbox full\r\n")));
        try (ScriptedNextHop hop = ScriptedNextHop.lmtp(script);
                NettyNextHop client = client(hop)) {
            assertThat(send(client))
                    .containsExactly("550 5.1.1 who?", "250 2.0.0 queued as 4ABC", "452 4.2.2 mailbox full");
        }
    }

    @Test
    void whoHadHisReplyBeforeTheEndIsNotInDoubt() throws IOException {
        try (ScriptedNextHop hop = ScriptedNextHop.lmtp(atDot("r2@", new Action.Reset()));
                NettyNextHop client = client(hop)) {
            assertThat(send(client))
                    .containsExactly(
                            "250 2.0.0 queued as 4ABC",
                            "451 4.4.2 Connection to the next hop was lost in doubt",
                            "451 4.4.2 Connection to the next hop was lost in doubt");
        }
    }

    /** The others may nevertheless have the message. */
    @Test
    void aClosingReplyIsThatRecipientsOwn() throws IOException {
        try (ScriptedNextHop hop =
                        ScriptedNextHop.lmtp(atDot("r2@", new Action.SayAndClose("421 4.3.2 going down\r\n")));
                NettyNextHop client = client(hop)) {
            assertThat(send(client))
                    .containsExactly(
                            "250 2.0.0 queued as 4ABC",
                            "421 4.3.2 going down",
                            "451 4.4.2 Connection to the next hop was lost in doubt");
        }
    }

    @Test
    void whereNobodyIsTakenAndDataIsNothingIsWaitedFor() throws IOException {
        Script script = Script.at(Stage.RCPT, new Action.Say("550 5.1.1 who?\r\n"))
                .or(Script.at(Stage.DATA, new Action.Say("354 go ahead\r\n")));
        try (ScriptedNextHop hop = ScriptedNextHop.lmtp(script);
                NettyNextHop client = client(hop)) {
            assertThat(send(client)).containsExactly("550 5.1.1 who?", "550 5.1.1 who?", "550 5.1.1 who?");
            assertThat(send(client)).hasSize(3);
            assertThat(hop.connections()).isEqualTo(2);
            assertThat(hop.completed()).isZero();
        }
    }

    @Test
    void anSmtpServerIsNoLmtpServer() throws IOException {
        try (ScriptedNextHop hop = new ScriptedNextHop();
                NettyNextHop client = client(hop)) {
            assertThat(send(client)).allMatch(reply -> reply.equals("451 4.4.1 Next hop not available"));
        }
    }

    private static Script atDot(String recipient, Action action) {
        return moment -> moment.stage() == Stage.DOT && moment.line().contains("<" + recipient)
                ? Optional.of(action)
                : Optional.empty();
    }

    private static List<String> send(NextHop client) {
        return Hearing.send(client, Messages.unit(THREE), THREE, false).stream()
                .map(outcome -> outcome.reply() + (outcome.inDoubt() ? " in doubt" : ""))
                .toList();
    }

    private static NettyNextHop client(ScriptedNextHop hop) throws IOException {
        return new NettyNextHop(new ClientSettings(
                new NextHopConfig(
                        "hop",
                        new Target.Addresses(List.of(hop.address())),
                        Peer.Protocol.LMTP,
                        TlsMode.NONE,
                        TlsFailure.DEFER,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        HopLimits.DEFAULT,
                        false),
                "gw.example.com",
                ClientSettings.Timeouts.all(Duration.ofSeconds(20))));
    }
}
