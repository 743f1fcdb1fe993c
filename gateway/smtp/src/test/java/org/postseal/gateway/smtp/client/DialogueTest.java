package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.MailParameters.Body;
import org.postseal.gateway.mail.MailParameters.Ret;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smtp.client.NextHop.Outcome;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.policy.outcome.Reason;

/** Checks what is said to peers with different extensions. */
class DialogueTest {
    private static final String UTF8_HEADER = "Subject: gr\u00fcn\r\n\r\nx\r\n";

    private static final String UTF8_BODY = "Subject: x\r\n\r\ngr\u00fcn\r\n";

    private static final String UTF8_PART = """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Disposition: attachment; filename="gr\u00fcn.txt"

            x
            --b--
            """.replace("\n", "\r\n");

    private static final MailParameters DECLARED =
            new MailParameters(OptionalLong.empty(), Body.EIGHT_BIT_MIME, true, Optional.empty(), Optional.empty());

    static Stream<Arguments> abilities() {
        return Stream.of(
                Arguments.of(
                        "8BITMIME",
                        UTF8_BODY,
                        MailParameters.NONE,
                        "bob@example.net",
                        "MAIL FROM:<alice@example.com> BODY=8BITMIME"),
                Arguments.of("", UTF8_BODY, DECLARED, "bob@example.net", "EIGHT_BIT_NOT_SUPPORTED"),
                Arguments.of("", Messages.TEXT, DECLARED, "bob@example.net", "MAIL FROM:<alice@example.com>"),
                Arguments.of(
                        "8BITMIME SMTPUTF8",
                        UTF8_HEADER,
                        DECLARED,
                        "bob@example.net",
                        "MAIL FROM:<alice@example.com> BODY=8BITMIME SMTPUTF8"),
                Arguments.of("8BITMIME", UTF8_HEADER, DECLARED, "bob@example.net", "SMTPUTF8_NOT_SUPPORTED"),
                // Raw octets pass as they came if SMTPUTF8 was not declared.
                Arguments.of(
                        "8BITMIME",
                        UTF8_HEADER,
                        MailParameters.NONE,
                        "bob@example.net",
                        "MAIL FROM:<alice@example.com> BODY=8BITMIME"),
                Arguments.of(
                        "8BITMIME SMTPUTF8",
                        UTF8_BODY,
                        DECLARED,
                        "bob@example.net",
                        "MAIL FROM:<alice@example.com> BODY=8BITMIME SMTPUTF8"),
                // Octets that are not in the header of a part either need no more than 8BITMIME.
                Arguments.of(
                        "8BITMIME",
                        UTF8_BODY,
                        DECLARED,
                        "bob@example.net",
                        "MAIL FROM:<alice@example.com> BODY=8BITMIME"),
                Arguments.of(
                        "8BITMIME SMTPUTF8",
                        UTF8_PART,
                        DECLARED,
                        "bob@example.net",
                        "MAIL FROM:<alice@example.com> BODY=8BITMIME SMTPUTF8"),
                Arguments.of("8BITMIME", UTF8_PART, DECLARED, "bob@example.net", "SMTPUTF8_NOT_SUPPORTED"),
                Arguments.of(
                        "8BITMIME SMTPUTF8",
                        Messages.TEXT,
                        DECLARED,
                        "b\u00fcb@example.net",
                        "MAIL FROM:<alice@example.com> SMTPUTF8"),
                Arguments.of(
                        "8BITMIME",
                        Messages.TEXT,
                        MailParameters.NONE,
                        "b\u00fcb@example.net",
                        "SMTPUTF8_NOT_SUPPORTED"),
                Arguments.of(
                        "SIZE",
                        Messages.TEXT,
                        MailParameters.NONE,
                        "bob@example.net",
                        "MAIL FROM:<alice@example.com> SIZE=24"),
                Arguments.of(
                        "SIZE=0",
                        Messages.TEXT,
                        MailParameters.NONE,
                        "bob@example.net",
                        "MAIL FROM:<alice@example.com> SIZE=24"),
                Arguments.of(
                        "SIZE=24",
                        Messages.TEXT,
                        MailParameters.NONE,
                        "bob@example.net",
                        "MAIL FROM:<alice@example.com> SIZE=24"),
                Arguments.of("SIZE=23", Messages.TEXT, MailParameters.NONE, "bob@example.net", "MESSAGE_TOO_BIG"));
    }

    @ParameterizedTest
    @MethodSource("abilities")
    void mailSaysWhatTheContentNeeds(
            String abilities, String text, MailParameters parameters, String recipient, String expected)
            throws IOException {
        List<String> keywords = Stream.of(abilities.split(" "))
                .map(word -> word.replace('=', ' '))
                .filter(word -> !word.isEmpty())
                .toList();
        try (ScriptedNextHop peer = new ScriptedNextHop(Script.polite(), keywords, null);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            OutgoingEnvelope envelope = Messages.envelope(List.of(Recipient.of(MailAddress.of(recipient))), parameters);
            Outcome outcome = client.send(Messages.unit(envelope, Messages.raw(text)), envelope, false)
                    .getFirst();
            if (outcome.reason().isPresent()) {
                assertThat(outcome.reason().get().name()).isEqualTo(expected);
                assertThat(peer.commands()).containsExactly("EHLO gw.example.com");
            } else {
                assertThat(peer.received().getFirst().commands())
                        .containsExactly(expected, "RCPT TO:<" + recipient + ">", "DATA");
            }
        }
    }

    /** A client falls back to HELO (RFC 5321 §3.2). A message that a session of RFC 821 cannot carry is not sent. */
    @ParameterizedTest
    @ValueSource(strings = {"500 5.5.1 what?", "502 not implemented"})
    void whoDoesNotKnowEhloIsGreetedByHelo(String reply) throws IOException {
        Script old = Script.onLine("EHLO", new Action.Say(reply + "\r\n"));
        try (ScriptedNextHop peer = new ScriptedNextHop(old);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            OutgoingEnvelope envelope =
                    Messages.envelope(List.of(Recipient.of(MailAddress.of("bob@example.net"))), DECLARED);

            assertThat(client.send(Messages.unit(envelope, Messages.raw(Messages.TEXT)), envelope, false)
                            .getFirst()
                            .isAccepted())
                    .isTrue();
            assertThat(client.send(Messages.unit(envelope, Messages.raw(UTF8_BODY)), envelope, false)
                            .getFirst()
                            .reason())
                    .contains(Reason.EIGHT_BIT_NOT_SUPPORTED);
            assertThat(peer.commands())
                    .containsExactly(
                            "EHLO gw.example.com",
                            "HELO gw.example.com",
                            "MAIL FROM:<alice@example.com>",
                            "RCPT TO:<bob@example.net>",
                            "DATA");
        }
    }

    /** Other replies to EHLO do not show an old server. */
    @Test
    void whoRefusesEhloIsNotAskedAnotherWay() throws IOException {
        Script refusing = Script.onLine("EHLO", new Action.Say("550 5.7.1 not you\r\n"));
        try (ScriptedNextHop peer = new ScriptedNextHop(refusing);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            OutgoingEnvelope envelope =
                    Messages.envelope(List.of(Recipient.of(MailAddress.of("bob@example.net"))), DECLARED);

            assertThat(client.send(Messages.unit(envelope, Messages.raw(Messages.TEXT)), envelope, false)
                            .getFirst()
                            .reason())
                    .contains(Reason.NEXT_HOP_UNAVAILABLE);
            assertThat(peer.commands()).containsExactly("EHLO gw.example.com");
        }
    }

    private static final List<Recipient> MIXED = Stream.of(
                    "b\u00fcb@example.net", "bob@example.net", "d\u00f6rte@example.net")
            .map(address -> Recipient.of(MailAddress.of(address)))
            .toList();

    /**
     * Over LMTP each recipient has a reply of their own, so nobody's mail bounces because of another recipient's
     * address.
     */
    @Test
    void anInternationalisedRecipientDoesNotCostTheOthersTheMail() throws IOException {
        OutgoingEnvelope envelope = Messages.envelope(MIXED, DECLARED);
        try (ScriptedNextHop peer = new ScriptedNextHop(Script.polite(), List.of("8BITMIME", "PIPELINING"), null);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            List<Outcome> outcomes = client.send(Messages.unit(envelope, Messages.raw(Messages.TEXT)), envelope, false);

            assertThat(outcomes)
                    .extracting(Outcome::reason)
                    .containsExactly(
                            Optional.of(Reason.SMTPUTF8_NOT_SUPPORTED),
                            Optional.empty(),
                            Optional.of(Reason.SMTPUTF8_NOT_SUPPORTED));
            assertThat(outcomes.get(1).isAccepted()).isTrue();
            assertThat(peer.received().getFirst().commands())
                    .containsExactly("MAIL FROM:<alice@example.com>", "RCPT TO:<bob@example.net>", "DATA");
        }
    }

    /** Over SMTP one reply counts for all recipients. */
    @Test
    void whereOneReplyIsForAllNothingIsSentForAnyOfThem() throws IOException {
        OutgoingEnvelope envelope = Messages.envelope(MIXED, DECLARED);
        try (ScriptedNextHop peer = new ScriptedNextHop(Script.polite(), List.of("8BITMIME", "PIPELINING"), null);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            assertThat(client.send(Messages.unit(envelope, Messages.raw(Messages.TEXT)), envelope, true))
                    .extracting(Outcome::reason)
                    .containsOnly(Optional.of(Reason.SMTPUTF8_NOT_SUPPORTED));
            assertThat(peer.commands()).containsExactly("EHLO gw.example.com");
        }
    }

    private static final OutgoingEnvelope FULL = new OutgoingEnvelope(
            new ReversePath.NullPath(),
            List.of(new Recipient(
                    MailAddress.of("\"b > c\"@example.net"),
                    Optional.of("SUCCESS,FAILURE"),
                    Optional.of("rfc822;Bob+2B@example.org"))),
            new MailParameters(
                    OptionalLong.empty(), Body.SEVEN_BIT, false, Optional.of(Ret.FULL), Optional.of("QQ314159")),
            new byte[0],
            Optional.of(new Peer.Xforward(
                    Optional.of("client.example.org"),
                    Optional.of("192.0.2.7"),
                    Optional.empty(),
                    Optional.of("a b=c+d"),
                    Optional.of("ESMTP"),
                    Optional.of("REMOTE"),
                    Optional.of("4QUEUE"))));

    @ParameterizedTest
    @CsvSource({
        "DSN SMTPUTF8 8BITMIME, utf-8;b\u00fcb+2Bx@\u20ac.example",
        "DSN 8BITMIME, utf-8;b\\x{FC}b+2Bx@\\x{20AC}.example"
    })
    void anOriginalRecipientIsToldInAsciiWithoutSmtputf8(String keywords, String expected) throws IOException {
        OutgoingEnvelope envelope = Messages.envelope(
                List.of(new Recipient(
                        MailAddress.of("bob@example.net"),
                        Optional.empty(),
                        Optional.of("utf-8;b\u00fcb+2Bx@\u20ac.example"))),
                DECLARED);
        try (ScriptedNextHop peer = new ScriptedNextHop(Script.polite(), List.of(keywords.split(" ")), null);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            assertThat(client.send(Messages.unit(envelope), envelope, false)).allMatch(Outcome::isAccepted);
            assertThat(peer.received().getFirst().commands()).contains("RCPT TO:<bob@example.net> ORCPT=" + expected);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void dsnAndXforwardGoToWhoTakesThem(boolean takesThem) throws IOException {
        List<String> keywords = takesThem ? List.of("DSN", "XFORWARD NAME ADDR PORT HELO IDENT") : List.of();
        List<String> expected = takesThem
                ? List.of(
                        "XFORWARD NAME=client.example.org ADDR=192.0.2.7"
                                + " PORT=[UNAVAILABLE] HELO=a+20b+3Dc+2Bd IDENT=4QUEUE",
                        "MAIL FROM:<> RET=FULL ENVID=QQ314159",
                        "RCPT TO:<\"b > c\"@example.net> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Bob+2B@example.org",
                        "DATA")
                : List.of("MAIL FROM:<>", "RCPT TO:<\"b > c\"@example.net>", "DATA");
        try (ScriptedNextHop peer = new ScriptedNextHop(Script.polite(), keywords, null);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            assertThat(client.send(Messages.unit(FULL), FULL, false)).allMatch(Outcome::isAccepted);
            assertThat(peer.received().getFirst().commands()).isEqualTo(expected);
        }
    }

    @Test
    void refusedXforwardDoesNotStopTheMail() throws IOException {
        Script refusing = Script.at(Stage.XFORWARD, new Action.Say("550 5.7.0 who are you\r\n"));
        try (ScriptedNextHop peer = new ScriptedNextHop(refusing);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            assertThat(client.send(Messages.unit(FULL), FULL, false)).allMatch(Outcome::isAccepted);
        }
    }

    @Test
    void longXforwardIsCutIntoCommands() {
        Optional<String> longName = Optional.of("x".repeat(250));
        List<String> lines = Commands.xforward(
                new Peer.Xforward(
                        longName, longName, Optional.of("1"), longName, Optional.empty(), Optional.empty(), longName),
                java.util.Set.of("NAME", "ADDR", "PORT", "HELO", "IDENT"));
        assertThat(lines)
                .containsExactly(
                        "XFORWARD NAME=" + longName.get(),
                        "XFORWARD ADDR=" + longName.get() + " PORT=1",
                        "XFORWARD HELO=" + longName.get(),
                        "XFORWARD IDENT=" + longName.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nRCPT TO:<x@example.org>", "a b", "", "a\u0000", "a\tb"})
    void parameterThatIsNoneSendsNothing(String envelopeId) throws IOException {
        OutgoingEnvelope envelope = Messages.envelope(
                Messages.recipients(1),
                new MailParameters(
                        OptionalLong.empty(), Body.SEVEN_BIT, false, Optional.empty(), Optional.of(envelopeId)));
        try (ScriptedNextHop peer = new ScriptedNextHop();
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            assertThatThrownBy(() -> Hearing.send(client, Messages.unit(envelope), envelope, false))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(peer.commands()).containsExactly("EHLO gw.example.com");
        }
    }

    @Test
    void recipientWhomTheUnitDoesNotNameGetsNothing() throws IOException {
        OutgoingEnvelope two = Messages.envelope(2);
        OutgoingEnvelope three = Messages.envelope(3);
        OutgoingEnvelope none = Messages.envelope(0);
        try (ScriptedNextHop peer = new ScriptedNextHop();
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            assertThatThrownBy(() -> client.send(Messages.unit(two), three, false))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> client.send(Messages.unit(two), none, false))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(peer.connections()).isZero();
            // Fewer recipients than the unit names are a retry of some.
            assertThat(client.send(Messages.unit(three), two, false)).allMatch(Outcome::isAccepted);
        }
    }
}
