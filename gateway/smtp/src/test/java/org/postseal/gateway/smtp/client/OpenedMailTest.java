package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.HopLimits;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsFailure;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smime.SendablesForTests;
import org.postseal.gateway.smtp.client.ClientSettings.Timeouts;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.policy.outcome.Reason;

/** Checks what a next hop must announce for mail that we opened, and which text of its replies is passed back. */
class OpenedMailTest {
    private static final OutgoingEnvelope ENVELOPE = Messages.envelope(2);
    private static final String QUOTING =
            "550-5.7.1 found: \"Project Nightingale\"\r\n550 5.7.1 Project Nightingale\r\n";

    @ParameterizedTest
    @EnumSource(Peer.Protocol.class)
    void aRefusalOfWhatWasReadComesBackWithoutItsWords(Peer.Protocol protocol) throws IOException {
        assertThat(said(protocol, Script.at(Stage.DOT, new Action.Say(QUOTING)), opened()))
                .hasSize(2)
                .allSatisfy(outcome -> {
                    assertThat(outcome.reply()).hasToString("550 5.7.1 Refused by the next hop");
                    assertThat(outcome.detail())
                            .hasValue("the next hop said: 550 5.7.1 found: \"Project Nightingale\" / Project"
                                    + " Nightingale");
                });
    }

    @ParameterizedTest
    @EnumSource(Peer.Protocol.class)
    void soDoesADeferral(Peer.Protocol protocol) throws IOException {
        Script script = Script.at(Stage.DOT, new Action.Say("451 4.7.1 greylisted for \"Nightingale\"\r\n"));
        assertThat(said(protocol, script, opened()))
                .extracting(outcome -> outcome.reply().toString())
                .containsExactly("451 4.7.1 Deferred by the next hop", "451 4.7.1 Deferred by the next hop");
    }

    @Test
    void soDoesARefusalInTheMiddle() throws IOException {
        Script script = Script.at(Stage.CONTENT, new Action.SayAndClose(QUOTING));
        assertThat(said(Peer.Protocol.SMTP, script, opened()))
                .extracting(outcome -> outcome.reply().lines())
                .allMatch(lines -> String.join("", lines).lines().noneMatch(line -> line.contains("Nightingale")));
    }

    @Test
    void whatIsSaidBeforeTheContentCannotQuoteIt() throws IOException {
        Script script = Script.at(Stage.RCPT, new Action.Say("550 5.1.1 no such user here\r\n"));
        assertThat(said(Peer.Protocol.SMTP, script, opened()))
                .extracting(outcome -> outcome.reply().toString())
                .containsExactly("550 5.1.1 no such user here", "550 5.1.1 no such user here");
    }

    @Test
    void otherMailHearsEveryWord() throws IOException {
        assertThat(said(Peer.Protocol.SMTP, Script.at(Stage.DOT, new Action.Say(QUOTING)), Messages.unit(ENVELOPE)))
                .extracting(outcome -> outcome.reply().lines())
                .containsOnly(List.of("found: \"Project Nightingale\"", "Project Nightingale"));
    }

    @Test
    void whoDoesNotAnnounceDsnGetsNone() throws IOException {
        try (ScriptedNextHop hop = new ScriptedNextHop(Script.polite(), List.of("8BITMIME"), null);
                NettyNextHop client = client(Peer.Protocol.SMTP, hop)) {
            assertThat(client.send(opened(), ENVELOPE, false))
                    .extracting(NextHop.Outcome::reason)
                    .containsOnly(Optional.of(Reason.OPENED_NEEDS_DSN));
            assertThat(client.send(Messages.unit(ENVELOPE), ENVELOPE, false)).allMatch(NextHop.Outcome::isAccepted);
            assertThat(hop.received()).hasSize(1);
        }
    }

    /** What the ciphertext did not need must not lead to a refusal, which would tell that it was opened. */
    @ParameterizedTest
    @ValueSource(strings = {"DSN,8BITMIME,SIZE 20", "DSN"})
    void whatTheContentNeedsIsTriedAgain(String announced) throws IOException {
        try (ScriptedNextHop hop = new ScriptedNextHop(Script.polite(), List.of(announced.split(",", -1)), null);
                NettyNextHop client = client(Peer.Protocol.SMTP, hop)) {
            Sendable opened = SendablesForTests.opened(
                    Messages.raw(Messages.TEXT + "Gr\u00fc\u00dfe\r\n"), Messages.addresses(ENVELOPE));
            assertThat(client.send(opened, ENVELOPE, false))
                    .extracting(NextHop.Outcome::reason)
                    .containsOnly(Optional.of(Reason.OPENED_NEEDS_DSN));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DSN,8BITMIME | false | takes 9223372036854775807",
                "DSN,8BITMIME,SIZE 4711 | false | takes 4711",
                "DSN,8BITMIME,SIZE 0 | false | takes 9223372036854775807",
                "DSN,SIZE 4711 | false | not opened: the next hop does not announce 8BITMIME",
                "DSN,8BITMIME | true | not opened: the next hop does not announce SMTPUTF8",
                "DSN,8BITMIME,SMTPUTF8 | true | takes 9223372036854775807",
            })
    void allThatItMayNeedIsAskedBefore(String announced, boolean smtpUtf8, String answer) throws IOException {
        try (ScriptedNextHop hop = new ScriptedNextHop(Script.polite(), List.of(announced.split(",", -1)), null);
                NettyNextHop client = client(Peer.Protocol.SMTP, hop)) {
            assertThat(
                            switch (client.forOpened(NextHopConfig.Way.TO_THE_ONLY_HOP, smtpUtf8)) {
                                case OpenedPassage.Open(long octets) -> "takes " + octets;
                                case OpenedPassage.Barred(String why) -> why;
                            })
                    .isEqualTo(answer);
        }
    }

    @Test
    void unlessTheAdministratorDoesWithoutIt() throws IOException {
        try (ScriptedNextHop hop = new ScriptedNextHop(Script.polite(), List.of("8BITMIME"), null);
                NettyNextHop client = client(Peer.Protocol.SMTP, hop, true)) {
            assertThat(asked(client)).isEqualTo(OpenedPassage.Open.ANY);
            assertThat(client.send(opened(), ENVELOPE, false)).allMatch(NextHop.Outcome::isAccepted);
        }
    }

    @Test
    void itIsAskedOnceBeforeAnythingIsOpened() throws IOException {
        try (ScriptedNextHop hop = new ScriptedNextHop(Script.polite(), List.of("8BITMIME"), null);
                NettyNextHop client = client(Peer.Protocol.SMTP, hop)) {
            assertThat(asked(client)).isInstanceOf(OpenedPassage.Barred.class);
            assertThat(asked(client)).isInstanceOf(OpenedPassage.Barred.class);
            assertThat(client.send(Messages.unit(ENVELOPE), ENVELOPE, false)).allMatch(NextHop.Outcome::isAccepted);
            assertThat(hop.connections()).as("the same session serves mail").isEqualTo(1);
        }
    }

    @Test
    void whoAnnouncesItOrCannotBeAskedDoesNotKeepMailClosed() throws IOException {
        try (ScriptedNextHop hop = new ScriptedNextHop();
                NettyNextHop client = client(Peer.Protocol.SMTP, hop)) {
            assertThat(asked(client)).isEqualTo(new OpenedPassage.Open(104_857_600));
        }
        ScriptedNextHop gone = new ScriptedNextHop();
        gone.close();
        try (NettyNextHop client = client(Peer.Protocol.SMTP, gone)) {
            assertThat(asked(client)).isEqualTo(OpenedPassage.Open.ANY);
        }
    }

    private static List<NextHop.Outcome> said(Peer.Protocol protocol, Script script, Sendable unit) throws IOException {
        try (ScriptedNextHop hop =
                        protocol == Peer.Protocol.LMTP ? ScriptedNextHop.lmtp(script) : new ScriptedNextHop(script);
                NettyNextHop client = client(protocol, hop)) {
            return client.send(unit, ENVELOPE, false);
        }
    }

    private static OpenedPassage asked(NextHop client) {
        return client.forOpened(NextHopConfig.Way.TO_THE_ONLY_HOP, false);
    }

    private static Sendable opened() {
        return SendablesForTests.opened(Messages.raw(Messages.TEXT), Messages.addresses(ENVELOPE));
    }

    private static NettyNextHop client(Peer.Protocol protocol, ScriptedNextHop hop) throws IOException {
        return client(protocol, hop, false);
    }

    private static NettyNextHop client(Peer.Protocol protocol, ScriptedNextHop hop, boolean allowOpenedWithoutDsn)
            throws IOException {
        return new NettyNextHop(new ClientSettings(
                new NextHopConfig(
                        "hop",
                        new Target.Addresses(List.of(hop.address())),
                        protocol,
                        TlsMode.NONE,
                        TlsFailure.DEFER,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        HopLimits.DEFAULT,
                        allowOpenedWithoutDsn),
                "gw.example.com",
                Timeouts.all(Duration.ofSeconds(30))));
    }
}
