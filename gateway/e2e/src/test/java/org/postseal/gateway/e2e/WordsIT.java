package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.Mutt;
import org.postseal.gateway.testkit.OpenSslPeer;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.ShownMail;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.Thunderbird;

/**
 * A refused sender reads in the bounce of Postfix what to do, in three languages, does it, and gets through. Two mail
 * programs show the bounces and our own notices.
 */
class WordsIT {
    private static final String POLICY = """
        version: 1
        internal: [example.com]
        words:
          contact: help@example.com
          default: [en, de, fr]
          languages:
            en: { senders: [sign.rsa@example.com] }
            de: { senders: [cbc.rsa@example.com] }
            fr: { senders: [gcm.rsa@example.com] }
          utf8Replies: true
        rules:
          - id: secret
            when: { direction: outbound, subject: "[secret]" }
            then: { encrypt: required, removeSubjectTag: "[secret]" }
          - id: held
            when: { direction: outbound, recipient: carl@partner.example }
            then: { redirect: plain@example.com, notify: sender }
          - { id: rest, when: always, then: mailboxPolicy }
        """;
    private static final String ENGLISH = "Encryption is required and no usable certificate is known for %1$s. Ask %1$s"
            + " for an S/MIME certificate, for example in a signed message to you, and send your message again once the"
            + " certificate is known here. Help: help@example.com";
    private static final String GERMAN = "Verschlüsselung ist vorgeschrieben, und für %1$s ist kein brauchbares"
            + " Zertifikat bekannt. Bitten Sie %1$s um ein S/MIME-Zertifikat, zum Beispiel mit einer signierten"
            + " Nachricht an Sie, und senden Sie Ihre Nachricht erneut, sobald das Zertifikat hier bekannt ist. Hilfe:"
            + " help@example.com";
    private static final String FRENCH =
            "Le chiffrement est obligatoire et aucun certificat utilisable n'est connu pour %1$s. Demandez à %1$s un"
                    + " certificat S/MIME, par exemple dans un message signé qui vous est adressé, et renvoyez votre"
                    + " message dès que ce certificat est connu ici. Aide : help@example.com";
    private static final String PYTHON = """
        import email, email.policy, re, sys
        octets = sys.stdin.buffer.read()
        parts = list(email.message_from_bytes(octets, policy=email.policy.default).iter_parts())
        # Python has no reader for the fields of message/global-delivery-status
        said = re.search(r"(?s)\\nDiagnostic-Code: (.*?)\\n(?=\\S|\\n)", octets.decode().replace("\\r\\n", "\\n"))
        print("\\n".join([
            parts[0].get_content_type(), " ".join(parts[0].get_content().split()),
            parts[1].get_content_type(), " ".join(said[1].split())]))
        """;

    private static final String STRANGER = "stranger@partner.example";
    private static final String CARL = "carl@partner.example";

    private record Notice(String sender, String subject, String text) {}

    private static final List<Notice> NOTICES = List.of(
            new Notice(
                    "sign.rsa@example.com",
                    "A message of yours was not delivered as you sent it",
                    "The mail gateway gw.example.com has not delivered a message of yours to every recipient as you"
                            + " sent it. Subject: Zahlen für März Message-ID: <held@test> carl@partner.example: held"
                            + " back by us: Message refused by policy Help: help@example.com A program has written"
                            + " this; answers to it are not read."),
            new Notice(
                    "cbc.rsa@example.com",
                    "Eine Nachricht von Ihnen wurde nicht so zugestellt, wie Sie sie gesendet haben",
                    "Das Mail-Gateway gw.example.com hat eine Nachricht von Ihnen nicht allen Empfängern so"
                            + " zugestellt, wie Sie sie gesendet haben. Betreff: Zahlen für März Message-ID:"
                            + " <held@test> carl@partner.example: von uns zurückgehalten: Eine Richtlinie lässt diese"
                            + " Nachricht nicht zu Hilfe: help@example.com Dies hat ein Programm geschrieben;"
                            + " Antworten darauf werden nicht gelesen."),
            new Notice(
                    "gcm.rsa@example.com",
                    "Un de vos messages n'a pas été remis tel que vous l'avez envoyé",
                    "La passerelle de messagerie gw.example.com n'a pas remis un de vos messages à tous les"
                            + " destinataires tel que vous l'avez envoyé. Objet : Zahlen für März Message-ID:"
                            + " <held@test> carl@partner.example : retenu par nous : Une règle n'autorise pas ce"
                            + " message Aide : help@example.com Un programme a écrit ceci ; les réponses ne sont pas"
                            + " lues."));
    private static final String SUBJECT_OF_BOUNCES = "Undelivered Mail Returned to Sender";
    /** What a user must not see: encoded words, quoted-printable, octets of UTF-8 as such, and characters lost. */
    private static final Pattern RAW = Pattern.compile("=\\?|=[0-9A-F]{2}|[ÃÂ]|\\\\[0-3]|\uFFFD");

    private static Users users;
    private static GatewayProcess gateway;
    private static PrivatePostfix own;
    private static PrivatePostfix partner;

    @BeforeAll
    static void start() {
        Requirements.postfix();
        Requirements.programs("python3", "openssl");
        users = new Users();
        gateway = users.gateway().configuration("directory: { database: postseal.db }\n");
        PostfixLayout ours = new PostfixLayout("mail.example.com");
        PostfixLayout theirs = new PostfixLayout("mail.partner.example");
        ours.filters(gateway.submissionLmtp(), gateway.inboundLmtp())
                .mailboxes(Users.mailboxes())
                .routeTo("partner.example", theirs.inboundPort());
        theirs.mailboxes(Users.NINA).routeTo("example.com", ours.inboundPort());
        gateway.start(POLICY, ours.reinjectionPort());
        own = PrivatePostfix.start(ours);
        partner = PrivatePostfix.start(theirs);
        for (String parameter : List.of(" SMTPUTF8", "")) {
            submit("words" + parameter.strip(), parameter, Users.MALLORY, STRANGER, "[secret] Figures");
        }
        for (Notice notice : NOTICES) {
            submit("held", "", notice.sender(), CARL, "=?utf-8?q?Zahlen_f=C3=BCr_M=C3=A4rz?=");
        }
    }

    @AfterAll
    static void stop() {
        Closing.all(partner, own, gateway, users);
    }

    @ParameterizedTest
    @ValueSource(strings = {" SMTPUTF8", ""})
    void theBounceHoldsTheWordsInThreeLanguages(String parameter) {
        String id = "words" + parameter.strip();
        byte[] bounce = own.awaitMail(Users.MALLORY, "<" + id + "@test>");
        boolean isUtf8 = !parameter.isEmpty();
        String said = said(isUtf8);
        List<String> byPython = new String(
                        Command.of("/usr/bin/python3", "-c", PYTHON)
                                .input(bounce)
                                .output(),
                        UTF_8)
                .lines()
                .toList();
        assertThat(byPython).as(new String(bounce, UTF_8)).hasSize(4);
        assertThat(byPython.get(0)).isEqualTo("text/plain");
        assertThat(byPython.get(1)).contains(said);
        assertThat(byPython.get(2)).isEqualTo(isUtf8 ? "message/global-delivery-status" : "message/delivery-status");
        assertThat(byPython.get(3)).isEqualTo("smtp; " + said);

        // One mail for the refusal, and none of the gateway's own
        own.awaitEmptyQueue();
        assertThat(own.mailsWith(Users.MALLORY, "<" + id + "@test>")).hasSize(1);
        assertThat(own.mailbox(Users.MALLORY)).allMatch(mail -> new String(mail, ISO_8859_1).contains("MAILER-DAEMON"));
    }

    @Test
    void muttShowsTheWords() {
        assertWords(Mutt.show(mails()));
    }

    @Test
    void thunderbirdShowsTheWords() throws Exception {
        try (Thunderbird thunderbird = new Thunderbird(mails())) {
            assertWords(thunderbird.show());
        }
    }

    /** Returns both bounces, and a notice in each language. */
    private static List<byte[]> mails() {
        List<byte[]> mails = new ArrayList<>();
        mails.add(own.awaitMail(Users.MALLORY, "<wordsSMTPUTF8@test>"));
        mails.add(own.awaitMail(Users.MALLORY, "<words@test>"));
        for (Notice notice : NOTICES) {
            mails.add(own.awaitMail(notice.sender(), "<held@test>"));
        }
        return mails;
    }

    private static void assertWords(List<ShownMail> shown) {
        assertThat(shown).allSatisfy(mail -> {
            assertThat(mail.toString()).doesNotContainPattern(RAW);
            assertThat(mail.listed()).endsWith(mail.subject());
        });
        for (int bounce = 0; bounce < 2; bounce++) {
            assertThat(shown.get(bounce).subject()).isEqualTo(SUBJECT_OF_BOUNCES);
            assertThat(shown.get(bounce).text())
                    .contains("<" + STRANGER + ">: host 127.0.0.1[127.0.0.1] said: " + said(bounce == 0)
                            + " (in reply to end of DATA command)");
        }
        assertThat(shown.subList(2, shown.size())).zipSatisfy(NOTICES, (mail, notice) -> {
            assertThat(mail.subject()).isEqualTo(notice.subject());
            assertThat(mail.text()).isEqualTo(notice.text());
        });
    }

    /** Nobody but the sender and the recipient does anything: the gateway learns from the message that was asked for. */
    @Test
    void theSecondTryGoesThroughOnceTheRecipientHasSentASignedMessage() {
        submit("first-try", "", Users.ALICE_RSA, Users.NINA, "[secret] Figures");
        assertThat(new String(own.awaitMail(Users.ALICE_RSA, "<first-try@test>"), UTF_8).replaceAll("\\s+", " "))
                .contains("550-5.7.1 " + words(ENGLISH, Users.NINA, false));
        submit("asked", "", Users.ALICE_RSA, Users.NINA, "A signed message, please");
        partner.awaitMail(Users.NINA, "<asked@test>");

        users.pki().user(Users.NINA, KeyAlgorithm.P256);
        Identity nina = users.pki().identity(Users.NINA);
        try (OpenSslPeer openssl = new OpenSslPeer(users.pki())) {
            String entity = SmimeMail.entity("Here it is\r\n");
            byte[] signature = openssl.signDetached(MailRoad.octets(entity), nina);
            SmtpSender.send(
                    partner.layout().submissionPort(),
                    Users.NINA,
                    List.of(Users.ALICE_RSA),
                    SmimeMail.clearSigned("signed", Users.NINA, Users.ALICE_RSA, entity, signature)
                            .octets());
            own.awaitMail(Users.ALICE_RSA, "<signed@test>");
            Await.until(() -> isKnown(), gateway::log);

            SmimeMail arrived = new SmimeMail(
                    partner.mailsWith(Users.NINA, "<next-try@test>").getLast());
            assertThat(arrived.kind()).isEqualTo("application/pkcs7-mime enveloped-data");
            assertThat(arrived.field("Subject")).isEqualTo("Figures");
            String opened =
                    new String(SmimePeer.expectPlain(openssl.decryptMessage(arrived.octets(), nina)), ISO_8859_1);
            assertThat(opened).contains("Hello").doesNotContain("[secret]");
        }
    }

    /** Sends again. A sender is slower than the gateway, which learns after it has passed the message on. */
    private static boolean isKnown() {
        submit("next-try", "", Users.ALICE_RSA, Users.NINA, "[secret] Figures");
        own.awaitEmptyQueue();
        partner.awaitEmptyQueue();
        return !partner.mailsWith(Users.NINA, "<next-try@test>").isEmpty();
    }

    private static void submit(String id, String parameter, String sender, String recipient, String subject) {
        byte[] message = ("From: <" + sender + ">\r\nTo: <" + recipient + ">\r\nMessage-ID: <" + id
                        + "@test>\r\n"
                        + "Date: Tue, 24 Nov 2026 12:00:00 +0000\r\n"
                        + "Subject: " + subject + "\r\n\r\n"
                        + "Hello\r\n")
                .getBytes(ISO_8859_1);
        try (SmtpSender connection = SmtpSender.smtp(own.layout().submissionPort())) {
            assertThat(connection
                            .send(sender, parameter, List.of(recipient), "", message)
                            .isDelivered())
                    .isTrue();
        }
    }

    private static String said(boolean isUtf8) {
        return "550-5.7.1 " + words(ENGLISH, STRANGER, isUtf8) + " 550-5.7.1 " + words(GERMAN, STRANGER, isUtf8)
                + " 550 5.7.1 " + words(FRENCH, STRANGER, isUtf8);
    }

    private static String words(String template, String recipient, boolean isUtf8) {
        String words = template.formatted(recipient);
        return isUtf8 ? words : words.replace("ü", "ue").replaceAll("[éè]", "e").replace("à", "a");
    }
}
