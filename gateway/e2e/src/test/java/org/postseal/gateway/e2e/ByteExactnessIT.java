package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * Postfix passes the signed mail of an own user on to the world. Every reader verifies it, and the signed content is to
 * the octet what was sent, or decodes to it. Each message goes to two hosts. The second announces no extension, so that
 * Postfix would have to convert a message that it takes for 8-bit.
 */
class ByteExactnessIT {
    private static final String SENDER = "sign.rsa@example.com";
    private static final Map<String, SmimeMail> ARRIVED = new LinkedHashMap<>();

    private static @Nullable ScriptedNextHop world;
    private static @Nullable ScriptedNextHop plainWorld;
    private static @Nullable MailRoad started;

    @BeforeAll
    static void send() throws IOException {
        ScriptedNextHop to = new ScriptedNextHop();
        ScriptedNextHop plainTo = new ScriptedNextHop(Script.polite(), List.of(), null);
        world = to;
        plainWorld = plainTo;
        started = MailRoad.start(
                layout -> layout.routeTo(Users.BOB_RSA, to.port()).routeTo(Users.DORA_EC, plainTo.port()), 0);
        AwkwardLetter.ALL.forEach(ByteExactnessIT::submit);
        AwkwardLetter.ALL.forEach(letter -> ARRIVED.put(letter.name(), arrived(to, letter)));
    }

    @AfterAll
    static void stop() {
        Closing.all(started, world, plainWorld);
    }

    private static void submit(AwkwardLetter letter) {
        List<String> recipients =
                letter.isInternational() ? List.of(Users.BOB_RSA) : List.of(Users.BOB_RSA, Users.DORA_EC);
        byte[] message = letter.message(SENDER, Users.BOB_RSA).octets();
        if (letter.name().equals("no-final-newline")) {
            road().own().sendmail(SENDER, recipients, message);
        } else {
            send(road().own(), letter, SENDER, recipients, message);
        }
    }

    private static void send(
            PrivatePostfix postfix, AwkwardLetter letter, String sender, List<String> recipients, byte[] message) {
        try (SmtpSender connection = SmtpSender.smtp(postfix.layout().submissionPort())) {
            String parameters = " BODY=8BITMIME" + (letter.isInternational() ? " SMTPUTF8" : "");
            SmtpSender.Outcome outcome = connection.send(sender, parameters, recipients, "", message);
            assertThat(outcome.isDelivered()).as("%s", outcome).isTrue();
        }
    }

    record Row(AwkwardLetter letter, String reader) {
        @Override
        public String toString() {
            return letter + " read by " + reader;
        }
    }

    static List<Row> rows() {
        return AwkwardLetter.ALL.stream()
                .flatMap(letter -> Stream.of("openssl", "gpgsm", "nss").map(reader -> new Row(letter, reader)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isVerifiedByPeers(Row row) {
        SmimeMail mail = mail(row.letter);
        SmimePeer.Verification verification = peer(row.reader).verifyDetached(mail.signature(), mail.signedContent());

        assertThat(SmimePeer.expectGood(verification).signer().address()).isEqualTo(SENDER);
    }

    /** A partner sends the message back through the Postfixes of both sides. */
    @ParameterizedTest
    @FieldSource("org.postseal.gateway.e2e.AwkwardLetter#ALL")
    void isVerifiedByTheGatewayWhenItComesBack(AwkwardLetter letter) {
        SmimeMail mail = mail(letter);
        send(road().partner(), letter, Users.BOB_RSA, List.of(Users.ALICE_RSA), mail.octets());

        SmimeMail back = road().arrived(Users.ALICE_RSA, letter.name());
        assertThat(back.field("Authentication-Results")).startsWith(GatewayProcess.AUTHSERV_ID + "; smime=pass ");
        assertThat(back.body()).isEqualTo(mail.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"openssl", "gpgsm", "nss"})
    void noPeerTakesWhatDiffersInOneOctet(String reader) {
        SmimeMail mail = mail(AwkwardLetter.ALL.getFirst());
        byte[] content = mail.signedContent();
        content[content.length - 5] ^= 1;

        assertThat(peer(reader).verifyDetached(mail.signature(), content))
                .isInstanceOf(SmimePeer.Verification.Bad.class);
    }

    @ParameterizedTest
    @FieldSource("org.postseal.gateway.e2e.AwkwardLetter#ALL")
    void whatIsSignedIsWhatWasSent(AwkwardLetter letter) throws Exception {
        String signed = new String(mail(letter).signedContent(), ISO_8859_1);

        assertThat(contents(signed)).isEqualTo(letter.contents());
        switch (letter.form()) {
            case AS_SENT ->
                assertThat(signed)
                        .isEqualTo(head(letter, "7bit") + letter.contents().getFirst());
            case ENCODED -> {
                assertThat(signed).startsWith(head(letter, letter.encoding()));
                assertThat(signed).matches("\\p{ASCII}*");
                assertThat(signed.lines()).allMatch(line -> line.length() <= 76 && !line.matches("From .*|.*[ \t]"));
            }
        }
    }

    /** A host that announces nothing gets the same octets, since Postfix has nothing to convert. */
    @ParameterizedTest
    @FieldSource("org.postseal.gateway.e2e.AwkwardLetter#ALL")
    void aHostThatAnnouncesNothingGetsTheSame(AwkwardLetter letter) {
        if (letter.isInternational()) {
            assertThat(find(hop(plainWorld), letter)).isEmpty();
        } else {
            SmimeMail plainly = arrived(hop(plainWorld), letter);
            assertThat(plainly.body()).isEqualTo(mail(letter).body());
            assertThat(plainly.text()).matches("\\p{ASCII}*");
        }
    }

    /** Without a Postfix that repairs it, the gateway refuses it (RFC 5321 §2.3.8). */
    @Test
    void aBareCarriageReturnIsRefusedByTheGatewayItself() {
        byte[] message = MailRoad.octets(SmimeMail.message("bare", SENDER, Users.BOB_RSA, "\r\none\rtwo\r\n")
                .text());
        try (SmtpSender connection = SmtpSender.lmtp(road().gateway().submissionLmtp())) {
            assertThat(connection.send(SENDER, List.of(Users.BOB_RSA), message).data())
                    .containsExactly("550 5.6.11 Bare CR, LF or NUL is not allowed");
        }
    }

    // Header protection adds its fields behind those that were there (RFC 9788 §4).
    private static String head(AwkwardLetter letter, String encoding) throws IOException {
        String fields = letter.entity().substring(0, letter.entity().indexOf("\r\n\r\n"));
        int first = fields.indexOf("\r\n");
        // A signed header section is 7-bit as well.
        String subject = letter.isInternational()
                ? MimeUtility.encodeText(new String(MailRoad.octets(letter.subject()), UTF_8), "UTF-8", "B")
                : letter.subject();
        return fields.substring(0, first) + ";\r\n\thp=\"clear\""
                + fields.substring(first).replaceFirst("(Encoding: ).*", "$1" + encoding)
                + "\r\nFrom: <" + SENDER + ">\r\nTo: <" + Users.BOB_RSA + ">\r\nSubject: " + subject
                + "\r\nMessage-ID: " + MailRoad.mark(letter.name())
                + "\r\nDate: " + mail(letter).field("Date") + "\r\n\r\n";
    }

    /** Returns the contents of the leaves, decoded by another parser. */
    private static List<String> contents(String entity) throws IOException, MessagingException {
        MimeBodyPart root = new MimeBodyPart(new ByteArrayInputStream(entity.getBytes(ISO_8859_1)));
        List<String> contents = new ArrayList<>();
        if (root.getContent() instanceof MimeMultipart parts) {
            for (int i = 0; i < parts.getCount(); i++) {
                contents.add(new String(parts.getBodyPart(i).getInputStream().readAllBytes(), ISO_8859_1));
            }
        } else {
            contents.add(new String(root.getInputStream().readAllBytes(), ISO_8859_1));
        }
        return contents;
    }

    private static SmimeMail mail(AwkwardLetter letter) {
        SmimeMail mail = ARRIVED.get(letter.name());
        if (mail == null) {
            throw new AssertionError(letter + " did not arrive");
        }
        return mail;
    }

    private static SmimeMail arrived(ScriptedNextHop hop, AwkwardLetter letter) {
        Await.until(
                () -> !find(hop, letter).isEmpty(),
                () -> letter + " did not arrive\n" + road().own().log());
        assertThat(find(hop, letter)).hasSize(1);
        return find(hop, letter).getFirst();
    }

    private static List<SmimeMail> find(ScriptedNextHop hop, AwkwardLetter letter) {
        return hop.received().stream()
                .map(message -> new SmimeMail(message.content()))
                .filter(mail -> mail.field("Message-ID").equals(MailRoad.mark(letter.name())))
                .toList();
    }

    private static SmimePeer peer(String name) {
        return road().peers().stream()
                .filter(peer -> peer.toString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ScriptedNextHop hop(@Nullable ScriptedNextHop hop) {
        return Objects.requireNonNull(hop, "not started");
    }

    private static MailRoad road() {
        return Objects.requireNonNull(started, "not started");
    }
}
