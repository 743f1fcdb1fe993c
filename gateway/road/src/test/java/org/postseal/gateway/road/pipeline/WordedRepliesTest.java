package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;
import static org.postseal.gateway.road.pipeline.TestRoad.SMTP;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.wording.BuiltInWords;
import org.postseal.policy.wording.Languages;
import org.postseal.policy.wording.Texts;
import org.postseal.policy.wording.Wording;

/** A sender reads the words of the policy, and the record has the fixed text. */
class WordedRepliesTest {
    private static final String RULES = "{ id: all, when: { direction: outbound },"
            + " then: { encrypt: required, onMissingCertificate: { reject: { text: t } } } }";
    private static final String MESSAGE = TestRoad.toAll("nobody@partner.example");

    private static final Texts NONE = new Texts(Map.of(), Map.of(), Map.of());

    private static TestRoad road(String words, String... rules) {
        return TestRoad.with("words:\n  contact: help@example.com\n" + words.indent(2), rules);
    }

    private static Reply reply(String text) {
        return Reply.of(550, "5.7.1", text);
    }

    @Test
    void builtInWordsSayWhatToDo() {
        TestRoad road = road("", "{ id: all, when: { direction: outbound }, then: { encrypt: required } }");
        assertThat(road.send(Letter.submitted(SMTP, Parties.NOBODY), MESSAGE))
                .containsExactly(reply("Encryption is required and no usable certificate is known for"
                        + " nobody@partner.example. Ask nobody@partner.example for an S/MIME certificate,"
                        + " for example in a signed message to you, and send your message again once the"
                        + " certificate is known here. Help: help@example.com"));
        assertThat(road.audited(done -> done.delivery().reply()))
                .containsExactly(Reply.of(Reason.NO_RECIPIENT_CERTIFICATE).toString());
        assertThat(road.sent()).isEmpty();
    }

    /** RFC 5321 §4.5.3.1.5, and what Postfix passes on as a proxy */
    @ParameterizedTest
    @FieldSource("org.postseal.policy.wording.BuiltInWords#WORDED")
    void aBuiltInReplyAboutTheLongestAddressFits(Reason reason) {
        MailAddress longest = MailAddress.of("b".repeat(254) + "@" + (("d".repeat(49) + ".").repeat(5) + "ex"));
        Wording wording =
                new Wording(Optional.of("c".repeat(200)), true, new Languages(List.of(), BuiltInWords.LANGUAGES), NONE);
        Wording.Refusal refusal =
                new Wording.Refusal(reason, Optional.empty(), longest, Optional.empty(), Optional.empty());
        for (boolean isUtf8 : List.of(true, false)) {
            List<String> said = wording.reply(refusal, isUtf8);
            Reply reply = Reply.of(reason).saying(said, isUtf8);
            String wire = new String(reply.wire(), StandardCharsets.UTF_8);
            assertThat(said).hasSize(3);
            assertThat(String.join(" ", reply.lines())).startsWith(said.getFirst());
            assertThat(reply.wire().length).isLessThanOrEqualTo(2_048);
            assertThat(wire.split("\r\n"))
                    .allSatisfy(line -> assertThat(line.getBytes(StandardCharsets.UTF_8).length)
                            .isLessThanOrEqualTo(510))
                    .allSatisfy(
                            line -> assertThat(line).matches(reason.code() + "[- ]" + reason.enhancedStatus() + " .*"));
        }
    }

    @Test
    void eachRecipientOverLmtpHasTheirLanguage() {
        TestRoad road = road("""
            languages: { de: { recipientDomains: partner.example }, fr: { recipientDomains: other.example } }
            texts: { t: { de: "Nein, {recipient}", fr: "Non, {recipient}", en: "No" } }
            """, RULES);
        assertThat(road.send(Letter.submitted(LMTP, Parties.NOBODY, Parties.BOB), MESSAGE))
                .containsExactly(reply("Nein, nobody@partner.example"), RecordingDelivery.ACCEPTED);
    }

    @Test
    void anOutsiderWhoGivesOneOfOurAddressesHearsNothingOfItsLanguage() {
        TestRoad road = road("""
            languages: { de: { senders: alice@example.com }, fr: { senders: partner.example } }
            texts: { t: { de: Nein., fr: Non., en: No. } }
            """, "{ id: all, when: { direction: inbound }, then: { reject: { text: t } } }");
        Letter inbound = Letter.inbound(SMTP, Parties.ALICE);
        String message = TestRoad.toAll("alice@example.com");
        assertThat(road.send(inbound.from(new ReversePath.Mailbox(Parties.ALICE)), message))
                .containsExactly(reply("No."));
        assertThat(road.send(inbound, message)).containsExactly(reply("Non."));
    }

    @Test
    void overSmtpTheOneReplyIsAboutTheRefusedRecipient() {
        TestRoad road = road("texts: { t: { en: \"Not to {recipient}\" } }", RULES);
        Reply one = reply("Not to nobody@partner.example");
        assertThat(road.send(Letter.submitted(SMTP, Parties.BOB, Parties.NOBODY), MESSAGE))
                .containsExactly(one, one);
    }

    @Test
    void utf8IsForClientsThatSaySmtpUtf8AndAPolicyThatAllowsIt() {
        String text = "default: de\ntexts: { t: { de: \"Größe?\" } }\n";
        Envelope plain = Letter.submitted(LMTP, Parties.NOBODY).envelope();
        Envelope utf8 = plain.with(new MailParameters(
                plain.parameters().size(), plain.parameters().body(), true, Optional.empty(), Optional.empty()));
        RawMessage message = RawMessage.of(TestRoad.octets(MESSAGE));
        assertThat(road(text, RULES).send(utf8, message)).containsExactly(reply("Groesse?"));
        assertThat(road(text + "utf8Replies: true\n", RULES).send(plain, message))
                .containsExactly(reply("Groesse?"));
        assertThat(road(text + "utf8Replies: true\n", RULES).send(utf8, message))
                .extracting(reply -> new String(reply.wire(), StandardCharsets.UTF_8))
                .containsExactly("550 5.7.1 Größe?\r\n");
    }

    @Test
    void aTextOfSeveralWordsIsTheReplyItself() {
        TestRoad road = road("", "{ id: no, when: { direction: outbound }, then: { reject: { text: Ask first } } }");
        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), MESSAGE)).containsExactly(reply("Ask first"));
    }

    @Test
    void aDeferralMayHaveWordsToo() {
        TestRoad road = road(
                "texts: { t: { en: \"Later, says {contact}\" } }",
                "{ id: no, when: { direction: outbound }, then: { defer: { text: t } } }");
        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), MESSAGE))
                .containsExactly(Reply.of(451, "4.7.1", "Later, says help@example.com"));
    }

    @Test
    void aRefusalOfTheNextHopKeepsItsWords() {
        TestRoad road = road("", "{ id: out, when: { direction: outbound }, then: { sign: never } }");
        Reply refused = Reply.of(552, "5.2.2", "Mailbox full");
        road.delivery().answer(List.of(List.of(new NextHop.Outcome(refused, false))));
        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), MESSAGE)).containsExactly(refused);
    }

    /** Whatever stands in the Subject, the reply is one line, and says nothing else. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\n250 2.0.0 Ok",
                "x\n250 2.0.0 Ok",
                "x\0y",
                "x\u202Ey",
                "x\u2028250 2.0.0 Ok",
                "x\u0085250 2.0.0 Ok"
            })
    void noSubjectBreaksAReply(String subject) {
        TestRoad road = road("utf8Replies: true\ndefault: de\ntexts: { t: { de: \"Betreff {subject}\" } }", RULES);
        String word =
                "=?UTF-8?B?" + Base64.getEncoder().encodeToString(subject.getBytes(StandardCharsets.UTF_8)) + "?=";
        String message = MESSAGE.replace("A  plan", word);
        for (Reply reply : road.send(Letter.submitted(LMTP, Parties.NOBODY), message)) {
            String wire = new String(reply.wire(), StandardCharsets.UTF_8);
            assertThat(wire).startsWith("550 5.7.1 Betreff x").endsWith("\r\n");
            assertThat(wire.strip().chars()).noneMatch(c -> c < ' ' || c == 0x202E || c == 0x2028 || c == 0x85);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Subject: one\r\nSubject: two", "Subject: [...]", "Subject:", "X-Other: x"})
    void aSubjectThatIsNoneIsNotQuoted(String fields) {
        TestRoad road = road("texts: { t: { en: \"No.\\nSubject {subject}\" } }", RULES);
        assertThat(road.send(Letter.submitted(LMTP, Parties.NOBODY), MESSAGE.replace("Subject: A  plan", fields)))
                .containsExactly(reply("No."));
    }

    @Test
    void aSubjectOfTenMegabytesIsRefusedInWords() {
        TestRoad road = road("texts: { t: { en: \"{subject}\" } }", RULES);
        List<Reply> replies =
                road.send(Letter.submitted(LMTP, Parties.NOBODY), MESSAGE.replace("A  plan", "x".repeat(10 << 20)));
        assertThat(replies).extracting(Reply::isPermanent).containsExactly(true);
        assertThat(replies.getFirst().wire().length).isLessThan(512);
    }

    @Test
    void aLongTextTakesSeveralLines() {
        TestRoad road = road(
                "default: [en, de]\ntexts: { t: { en: \"%s\", de: \"Nein\" } }".formatted("word ".repeat(99) + "end"),
                RULES);
        String wire = new String(
                road.send(Letter.submitted(LMTP, Parties.NOBODY), MESSAGE)
                        .getFirst()
                        .wire(),
                StandardCharsets.UTF_8);
        assertThat(wire.lines())
                .containsExactly("550-5.7.1 " + "word ".repeat(98).strip(), "550-5.7.1 word end", "550 5.7.1 Nein");
    }
}
