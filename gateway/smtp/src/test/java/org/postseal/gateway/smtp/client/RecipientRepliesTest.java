package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop.Outcome;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.policy.outcome.Reason;

/** Tests which reply counts for which recipient. */
class RecipientRepliesTest {
    static Stream<Arguments> partly() {
        return Stream.of(
                Arguments.of(true, false, "550 250 250", List.of("DATA"), 1),
                Arguments.of(false, false, "550 250 250", List.of("DATA"), 1),
                Arguments.of(true, true, "550 NOT_SENT_WITH_OTHERS NOT_SENT_WITH_OTHERS", List.of("RSET"), 0),
                Arguments.of(false, true, "550 NOT_SENT_WITH_OTHERS NOT_SENT_WITH_OTHERS", List.of("RSET"), 0));
    }

    @ParameterizedTest
    @MethodSource("partly")
    void oneRefusedOfThree(boolean pipelining, boolean allOrNothing, String expected, List<String> last, int completed)
            throws IOException {
        Script refusing = Script.onLine("RCPT TO:<r1@", new Action.Say("550 5.1.1 who?\r\n"));
        try (ScriptedNextHop peer = peer(refusing, pipelining);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            OutgoingEnvelope envelope = Messages.envelope(3);
            assertThat(describe(Hearing.send(client, Messages.unit(envelope), envelope, allOrNothing)))
                    .isEqualTo(expected);
            List<String> commands = new ArrayList<>(List.of(
                    "EHLO gw.example.com",
                    "MAIL FROM:<alice@example.com> SIZE=24",
                    "RCPT TO:<r1@example.net>",
                    "RCPT TO:<r2@example.net>",
                    "RCPT TO:<r3@example.net>"));
            commands.addAll(last);
            assertThat(peer.commands()).isEqualTo(commands);
            assertThat(peer.completed()).isEqualTo(completed);
        }
    }

    @Test
    void loneDotWhenDataIsAnsweredThoughNobodyIsLeft() throws IOException {
        Script script = Script.at(Stage.RCPT, new Action.Say("450 4.2.1 later\r\n"))
                .or(Script.at(Stage.DATA, new Action.Say("354 go on\r\n")))
                .or(Script.at(Stage.DOT, new Action.Say("554 5.5.1 no valid recipients\r\n")));
        try (ScriptedNextHop peer = peer(script, true);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            OutgoingEnvelope envelope = Messages.envelope(2);
            assertThat(describe(Hearing.send(client, Messages.unit(envelope), envelope, false)))
                    .isEqualTo("450 450");
            assertThat(peer.completed()).isEqualTo(1);
            assertThat(peer.commands()).endsWith("DATA", "RSET");
            assertThat(describe(Hearing.send(client, Messages.unit(envelope), envelope, false)))
                    .isEqualTo("450 450");
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void withoutPipeliningNoDataWhenNobodyIsLeft() throws IOException {
        Script script = Script.at(Stage.RCPT, new Action.Say("450 4.2.1 later\r\n"));
        try (ScriptedNextHop peer = peer(script, false);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            OutgoingEnvelope envelope = Messages.envelope(2);
            assertThat(describe(Hearing.send(client, Messages.unit(envelope), envelope, false)))
                    .isEqualTo("450 450");
            assertThat(peer.commands()).endsWith("RCPT TO:<r2@example.net>", "RSET");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thousandRecipientsEachGetTheirOwn(boolean allOrNothing) throws IOException {
        Script refusing =
                moment -> moment.stage() == Stage.RCPT && moment.line().matches("RCPT TO:<r[0-9]*7@.*")
                        ? Optional.of(new Action.Say("550 5.1.1 seven\r\n"))
                        : Optional.empty();
        try (ScriptedNextHop peer = peer(refusing, true);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            OutgoingEnvelope envelope = Messages.envelope(1000);
            String others = allOrNothing ? "NOT_SENT_WITH_OTHERS" : "250";
            List<String> expected = IntStream.rangeClosed(1, 1000)
                    .mapToObj(i -> i % 10 == 7 ? "550" : others)
                    .toList();
            assertThat(describe(Hearing.send(client, Messages.unit(envelope), envelope, allOrNothing)))
                    .isEqualTo(String.join(" ", expected));
            assertThat(peer.completed()).isEqualTo(allOrNothing ? 0 : 1);
        }
    }

    static Stream<Arguments> earlyReplies() {
        RawMessage big = RawMessage.join(Collections.nCopies(16, Messages.raw("0123456789\r\n".repeat(80_000))));
        RawMessage small = Messages.raw(Messages.TEXT);
        return Stream.of(
                Arguments.of(small, Script.at(Stage.DATA, new Action.Say("354 go\r\n250 2.0.0 ok\r\n")), "451 4.4.2"),
                Arguments.of(
                        small, Script.at(Stage.DATA, new Action.Say("354 go\r\n552 5.3.4 too big\r\n")), "552 5.3.4"),
                Arguments.of(big, Script.at(Stage.CONTENT, new Action.SayAndHang("250 2.0.0 ok\r\n")), "451 4.4.2"),
                Arguments.of(
                        big, Script.at(Stage.CONTENT, new Action.SayAndHang("552 5.3.4 too big\r\n")), "552 5.3.4"));
    }

    /** If an early 250 were taken for the answer to the dot, the message would be lost. */
    @ParameterizedTest
    @MethodSource("earlyReplies")
    void replyBeforeTheEndOfDataIsNoAcceptance(RawMessage message, Script script, String expected) throws IOException {
        try (ScriptedNextHop peer = peer(script, true);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            OutgoingEnvelope envelope = Messages.envelope(1);
            Outcome outcome = Hearing.send(client, Messages.unit(envelope, message), envelope, false)
                    .getFirst();
            assertThat(outcome.reply().code() + " " + outcome.reply().status().orElseThrow())
                    .isEqualTo(expected);
            assertThat(outcome.inDoubt()).isFalse();
            assertThat(peer.completed()).isZero();
        }
    }

    /** Another gateway may send it by now: neither this server nor another one gets the end. */
    @Test
    void aMessageThatMayNotBeCompletedIsNotInDoubt() throws IOException {
        Outcome obstacle = Outcome.of(Reason.JOURNAL_UNAVAILABLE, "not ours any more");
        NextHop.Acceptance acceptance = new NextHop.Acceptance() {
            @Override
            public void accepted(int recipient, Reply reply) {
                throw new AssertionError("accepted without an end");
            }

            @Override
            public Optional<Outcome> obstacle() {
                return Optional.of(obstacle);
            }
        };
        try (ScriptedNextHop peer = peer(Script.polite(), true);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            OutgoingEnvelope envelope = Messages.envelope(2);
            assertThat(client.send(Messages.unit(envelope), envelope, false, acceptance))
                    .allSatisfy(outcome -> assertThat(outcome)
                            .isEqualTo(obstacle.over(outcome.session().orElseThrow())));
            assertThat(peer.completed()).isZero();
            assertThat(peer.connections()).isEqualTo(1);
            assertThat(describe(Hearing.send(client, Messages.unit(envelope), envelope, false)))
                    .as("the next message, over another connection")
                    .isEqualTo("250 250");
        }
    }

    /** The peer answers nothing before it has read DATA. */
    @Test
    void pipelinedCommandsDoNotWaitForReplies() throws IOException {
        Action all = new Action.Say("250 2.1.0 ok\r\n250 2.1.5 ok\r\n250 2.1.5 ok\r\n354 go\r\n");
        Script late = Script.at(Stage.MAIL, new Action.Say(""))
                .or(Script.at(Stage.RCPT, new Action.Say("")))
                .or(Script.at(Stage.DATA, all));
        try (ScriptedNextHop peer = peer(late, true);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            OutgoingEnvelope envelope = Messages.envelope(2);
            assertThat(describe(Hearing.send(client, Messages.unit(envelope), envelope, false)))
                    .isEqualTo("250 250");
            assertThat(peer.completed()).isEqualTo(1);
        }
    }

    private static ScriptedNextHop peer(Script script, boolean pipelining) throws IOException {
        return new ScriptedNextHop(script, pipelining ? ScriptedNextHop.ALL : PoolingTest.WITHOUT_PIPELINING, null);
    }

    private static String describe(List<Outcome> outcomes) {
        return String.join(
                " ",
                outcomes.stream()
                        .map(outcome -> outcome.reason()
                                .filter(reason -> reason == Reason.NOT_SENT_WITH_OTHERS)
                                .map(Reason::name)
                                .orElseGet(() -> String.valueOf(outcome.reply().code())))
                        .toList());
    }
}
