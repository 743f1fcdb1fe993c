package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;
import static org.postseal.gateway.road.pipeline.TestRoad.SMTP;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop.Outcome;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.outcome.Reason;

/** Rules do more to a copy than protecting it, and send notices. */
class RuleActionsTest {
    private static final String FROM_BOB =
            TestRoad.message("From: Bob <bob@partner.example>\nTo: alice@example.com\nSubject: A  plan\n", "Hello\n");
    private static final String STRIP = "{ id: strip, when: { direction: inbound }, then: { strip: true } }";

    @Test
    void aValidSignatureIsTakenOffAndWhatWasSignedStays() throws Exception {
        TestRoad road = new TestRoad(STRIP);

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(SealedCopy.sign(FROM_BOB, Parties.BOB)));

        assertThat(text(road.sent().getFirst())).isEqualTo(FROM_BOB);
        assertThat(road.sent().getFirst().trace()).contains("smime=pass");
        assertThat(road.audited(done -> done.protection().added())).containsExactly("clear, signature taken off");
    }

    /** Nobody vouches for the Subject outside. */
    @ParameterizedTest
    @CsvSource({"Pay Eve, true", "Do not pay Eve, false"})
    void aSignatureStaysThatAloneProtectsAHeaderField(String outside, boolean isKept) throws Exception {
        TestRoad road = new TestRoad(STRIP);
        String entity = "Content-Type: text/plain; hp=\"clear\"\r\nSubject: Do not pay Eve\r\n\r\nSee above\r\n";
        byte[] signed = SealedCopy.signOpaque(FROM_BOB.replace("A  plan", outside), entity, Parties.BOB);

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(signed));

        assertThat(road.sent().getFirst().trace()).contains(isKept ? "smime=neutral" : "smime=pass");
        assertThat(Arrays.equals(road.sent().getFirst().octets(), signed)).isEqualTo(isKept);
    }

    /** GMime shows another author in this case. */
    @Test
    void aSignatureVouchesForNoAuthorWhomProgramsMayReadOtherwise() throws Exception {
        TestRoad road = new TestRoad(STRIP);
        String odd = FROM_BOB.replace("From: Bob <", "From: [x] <");

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(SealedCopy.sign(odd, Parties.BOB)));

        assertThat(road.sent().getFirst().trace()).contains("smime=neutral").contains("structure ambiguous");
    }

    @Test
    void aSignatureThatIsNotValidIsNeverTakenOff() throws Exception {
        TestRoad road = new TestRoad(STRIP);
        String signed = new String(SealedCopy.sign(FROM_BOB, Parties.BOB), StandardCharsets.ISO_8859_1);
        byte[] broken = TestRoad.octets(signed.replace("Hello", "Hallo"));

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(broken));

        assertThat(road.sent().getFirst().octets()).isEqualTo(broken);
        assertThat(road.audited(done -> done.protection().added())).containsExactly("kept");
    }

    @Test
    void theSignatureUnderAnEncryptionIsTakenOffForTheReaderOnly() throws Exception {
        TestRoad road = new TestRoad(STRIP);
        String signed = new String(SealedCopy.sign(FROM_BOB, Parties.BOB), StandardCharsets.ISO_8859_1);
        byte[] sealed = SealedCopy.encrypt(signed, Parties.ALICE);

        road.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ADAM), RawMessage.of(sealed));

        assertThat(text(road.sent().get(0))).isEqualTo(FROM_BOB);
        assertThat(road.sent().get(0).unit()).isInstanceOf(Sendable.Opened.class);
        assertThat(road.sent().get(1).octets()).isEqualTo(sealed);
        assertThat(road.audited(done -> done.protection().added()))
                .containsExactly("opened AES256_GCM, signature taken off", "kept");
    }

    @Test
    void tagsAndFieldsGoToThoseWhomARuleGivesThem() throws Exception {
        TestRoad road = new TestRoad(
                "{ id: tag, when: { direction: inbound, recipient: alice@example.com }, then: { removeHeader: X-Seal,"
                        + " addHeader: { name: X-Seal, value: ours },"
                        + " subjectTag: { unsigned: '[EXTERNAL]', valid: '[signed]' } } }");
        String plain = "X-Seal: forged\r\n" + FROM_BOB;

        road.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ADAM), plain);

        assertThat(text(road.sent().get(0)))
                .isEqualTo("Subject: [EXTERNAL] A  plan\r\nX-Seal: ours\r\n"
                        + FROM_BOB.replace("Subject: A  plan\r\n", ""));
        assertThat(text(road.sent().get(1))).isEqualTo(FROM_BOB);
        assertThat(road.audited(done -> done.protection().added()))
                .containsExactly("clear, field x-seal removed, field X-Seal added, subject tag '[EXTERNAL]'", "clear");
    }

    /** The rule that sets the tag decides about other mail. Anybody can mark their mail as automatic. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Auto-Submitted: auto-replied\r\n"})
    void nobodyOutsideWritesATagOfOurs(String automatic) throws Exception {
        TestRoad road = new TestRoad(
                "{ id: bank, when: { direction: inbound, senderDomain: bank.example },"
                        + " then: { requireSigned: true, subjectTag: { valid: '[bank]' } } }",
                "{ id: others, when: { direction: inbound }, then: mailboxPolicy }");
        String forged = automatic + FROM_BOB.replace("Subject: A  plan\r\n", "Subject: [bank] A  plan\r\n");

        road.send(Letter.inbound(LMTP, Parties.ALICE), forged);
        road.send(Letter.inbound(LMTP, Parties.ALICE), automatic + FROM_BOB);

        assertThat(text(road.sent().get(0)))
                .isEqualTo("Subject: A plan\r\n" + automatic + FROM_BOB.replace("Subject: A  plan\r\n", ""));
        assertThat(text(road.sent().get(1))).isEqualTo(automatic + FROM_BOB);
        assertThat(road.audited(done -> done.protection().added())).containsExactly("clear", "clear");
    }

    /** A field that a rule adds says something of ours, as a tag does. */
    @Test
    void nobodyOutsideWritesAFieldOfOurs() throws Exception {
        TestRoad road = new TestRoad(
                "{ id: signed, when: { direction: inbound, signature: valid },"
                        + " then: { addHeader: { name: X-Verified, value: ours } } }",
                "{ id: out, when: { direction: outbound }, then: { addHeader: { name: X-Sealed, value: ours } } }",
                "{ id: others, when: { direction: inbound }, then: mailboxPolicy }");
        String forged = "X-Verified: theirs\r\nX-VERIFIED : theirs\r\nX-Sealed: theirs\r\n" + FROM_BOB;

        road.send(Letter.inbound(LMTP, Parties.ALICE), forged);
        road.send(Letter.inbound(LMTP, Parties.ALICE), FROM_BOB);
        road.send(
                Letter.inbound(LMTP, Parties.ALICE),
                RawMessage.of(SealedCopy.sign("X-Verified: theirs\r\n" + FROM_BOB, Parties.BOB)));

        assertThat(text(road.sent().get(0))).isEqualTo("X-Sealed: theirs\r\n" + FROM_BOB);
        assertThat(text(road.sent().get(1))).isEqualTo(FROM_BOB);
        assertThat(text(road.sent().get(2)))
                .containsOnlyOnce("X-Verified: ours\r\n")
                .doesNotContain("theirs");
        assertThat(road.audited(done -> done.protection().added()))
                .containsExactly("clear", "clear", "kept, field X-Verified added");
    }

    @Test
    void anEncryptedCopyCarriesItsFieldsOutside() throws Exception {
        TestRoad road = new TestRoad("{ id: out, when: { direction: outbound }, then: { encrypt: required,"
                + " addHeader: { name: X-Sealed-By, value: gw } } }");

        road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));

        assertThat(road.sent().getFirst().unit()).isInstanceOf(Sendable.Sealed.class);
        assertThat(text(road.sent().getFirst()))
                .startsWith("X-Sealed-By: gw\r\nFrom: Alice <alice@example.com>\r\n")
                .contains("application/pkcs7-mime");
    }

    @Test
    void demandsAreAnsweredWithoutTellingWhatOurKeysOpen() throws Exception {
        TestRoad road = new TestRoad("{ id: signed, when: { direction: inbound }, then: { requireSigned: true } }");
        byte[] signed = SealedCopy.sign(FROM_BOB, Parties.BOB);

        assertThat(road.send(Letter.inbound(LMTP, Parties.ALICE), FROM_BOB))
                .containsExactly(Reply.of(Reason.SIGNATURE_REQUIRED));
        assertThat(road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(signed)))
                .containsExactly(RecordingDelivery.ACCEPTED);
        assertThat(road.send(
                        Letter.inbound(LMTP, Parties.ALICE, Parties.ADAM),
                        RawMessage.of(SealedCopy.encrypt(FROM_BOB, Parties.ALICE))))
                .containsExactly(Delivered.ACCEPTED, RecordingDelivery.ACCEPTED);
        assertThat(road.sent().getLast().recipients()).containsExactly("quarantine@example.com");
    }

    @Test
    void aRuleSpeaksInItsOwnWords() {
        TestRoad road =
                new TestRoad("{ id: no, when: { direction: outbound }, then: { reject: { text: 'See our rules' } } }");

        assertThat(road.send(Letter.submitted(SMTP, Parties.BOB), TestRoad.toAll("bob@partner.example")))
                .containsExactly(Reply.of(550, "5.7.1", "See our rules"));
    }

    @Test
    void allOrNobody() {
        TestRoad road = new TestRoad("{ id: all, when: { direction: outbound }, then: { encrypt: required,"
                + " onMissingCertificate: rejectAll } }");
        String message = TestRoad.toAll("bob@partner.example, nobody@partner.example");

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB, Parties.NOBODY), message))
                .containsExactly(Reply.of(Reason.REFUSED_WITH_OTHERS), Reply.of(Reason.NO_RECIPIENT_CERTIFICATE));
        // One reply for both says what was wrong, whoever comes first
        assertThat(road.send(Letter.submitted(SMTP, Parties.BOB, Parties.NOBODY), message))
                .containsOnly(Reply.of(Reason.NO_RECIPIENT_CERTIFICATE))
                .hasSize(2);
        assertThat(road.sent()).isEmpty();
        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB, Parties.CARL), message))
                .containsExactly(RecordingDelivery.ACCEPTED, RecordingDelivery.ACCEPTED);
    }

    @Test
    void allOrNobodyAlsoLater() {
        TestRoad road = new TestRoad(
                "{ id: late, when: { recipient: carl@partner.example }, then: defer }",
                "{ id: all, when: { direction: outbound },"
                        + " then: { encrypt: required, onMissingCertificate: rejectAll } }");

        // Carl's copy alone would be tried again, and pass.
        assertThat(road.send(
                        Letter.submitted(LMTP, Parties.CARL, Parties.NOBODY),
                        TestRoad.toAll("carl@partner.example, nobody@partner.example")))
                .containsExactly(Reply.of(Reason.REFUSED_WITH_OTHERS), Reply.of(Reason.NO_RECIPIENT_CERTIFICATE));
    }

    @Test
    void aNoticeTellsTheSenderWhyAndNothingOfTheContent() {
        TestRoad road = telling();
        String message = "Message-ID: <1@example.com>\r\n" + TestRoad.toAll("bob@partner.example");

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB, Parties.CARL, Parties.ADAM), message))
                .containsExactly(
                        Reply.of(550, "5.7.1", "Ask first"), RecordingDelivery.ACCEPTED, RecordingDelivery.ACCEPTED);

        assertThat(road.sent()).hasSize(3);
        RecordingDelivery.Sent notice = road.sent().getLast();
        assertThat(notice.envelope().reversePath()).isEqualTo(new ReversePath.NullPath());
        assertThat(notice.recipients()).containsExactly("alice@example.com");
        assertThat(notice.permitted()).containsExactly(Parties.ALICE);
        assertThat(text(notice)).isEqualTo("""
                Date: Tue, 24 Nov 2026 12:00:00 +0000
                From: postmaster@gw.example.com
                To: alice@example.com
                Message-ID: <Q1.notice@gw.example.com>
                In-Reply-To: <1@example.com>
                References: <1@example.com>
                Subject: A message of yours was not delivered as you sent it
                MIME-Version: 1.0
                Content-Type: text/plain; charset=US-ASCII
                Content-Transfer-Encoding: 7bit
                Auto-Submitted: auto-replied

                The mail gateway gw.example.com has not delivered a message of yours to
                every recipient as you sent it.

                Message-ID: <1@example.com>

                carl@partner.example: held back by us: Message refused by policy

                A program has written this; answers to it are not read.
                """.replace("\n", "\r\n"));
        assertThat(road.audit().notices())
                .containsExactly(
                        new AuditEvent.NoticeSent(Parties.NOW, "Q1", "alice@example.com", "250 2.0.0 queued as 4ABC"));
    }

    @Test
    void aNoticeThatFailsChangesNoReply() {
        TestRoad road = telling();
        road.delivery()
                .answer(List.of(
                        List.of(new Outcome(RecordingDelivery.ACCEPTED, false)),
                        List.of(Outcome.of(Reason.NEXT_HOP_UNAVAILABLE, "down"))));

        assertThat(road.send(Letter.submitted(LMTP, Parties.CARL), TestRoad.toAll("carl@partner.example")))
                .containsExactly(RecordingDelivery.ACCEPTED);

        assertThat(road.audit().notices().stream().map(AuditEvent.NoticeSent::outcome))
                .containsExactly(Reply.of(Reason.NEXT_HOP_UNAVAILABLE).toString());
    }

    @Test
    void nothingIsHeldBackThatWasNotSent() {
        TestRoad road = telling();

        road.send(Letter.submitted(SMTP, Parties.BOB, Parties.CARL), TestRoad.toAll("bob@partner.example"));

        assertThat(road.sent()).isEmpty();
        assertThat(road.audit().notices()).isEmpty();
    }

    @Test
    void aSenderIsNotToldMoreThanFiveTimesAnHour() {
        TestRoad road = telling();
        for (int i = 0; i < 7; i++) {
            road.send(Letter.submitted(LMTP, Parties.CARL), TestRoad.toAll("carl@partner.example"));
        }

        assertThat(road.sent()).hasSize(7 + 5);
        assertThat(road.audit().notices())
                .hasSize(7)
                .last()
                .satisfies(notice -> assertThat(notice.outcome())
                        .isEqualTo("not sent: this sender has had the most notices that an hour allows"));
    }

    @Test
    void nobodyIsToldOfMailThatComesAgainOrFromOutside() {
        TestRoad road = telling();

        // The temporary answer for Adam counts for both, so the upstream will try again.
        road.delivery().answer(List.of(List.of(Outcome.of(Reason.NEXT_HOP_UNAVAILABLE, "down"))));
        road.send(Letter.submitted(SMTP, Parties.CARL), TestRoad.toAll("carl@partner.example"));
        road.send(Letter.inbound(LMTP, Parties.ALICE), FROM_BOB);
        road.send(
                Letter.submitted(LMTP, Parties.CARL).from(new ReversePath.NullPath()),
                TestRoad.toAll("carl@partner.example"));

        assertThat(road.audit().notices()).isEmpty();
        assertThat(road.audited(done -> done.decision().reason()))
                .containsExactly(Optional.of(Reason.NEXT_HOP_UNAVAILABLE.name()), Optional.empty(), Optional.empty());
    }

    /** An MTA may send the notice outside, where it says to whom the message was. */
    @ParameterizedTest
    @ValueSource(strings = {"alice%bank.example@example.com", "alice@xn--bcher-kva.example.com"})
    void nobodyIsToldWhereAnMtaMayDeliverElsewhere(String sender) {
        RuleSet rules = TestRoad.load("""
                version: 1
                internal: [example.com, bücher.example.com]
                rules: [{ id: no, when: always, then: { redirect: hold@example.com, notify: sender } }]
                """);
        TestRoad road = new TestRoad(true, new PolicyInForce(rules, Parties.STORE));
        road.send(
                Letter.submitted(LMTP, Parties.BOB).from(new ReversePath.Mailbox(MailAddress.of(sender))),
                TestRoad.toAll("bob@partner.example"));

        assertThat(road.sent()).hasSize(1);
        assertThat(road.audit().notices())
                .extracting(AuditEvent.NoticeSent::outcome)
                .containsExactly("not sent: " + Reason.RECIPIENT_ROUTED_ELSEWHERE.auditText());
    }

    /** The one mail about a refusal is the bounce of the peer. */
    @Test
    void nobodyIsToldTwiceOfARefusal() {
        TestRoad road = telling();

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example")))
                .containsExactly(Reply.of(550, "5.7.1", "Ask first"));

        assertThat(road.sent()).isEmpty();
        assertThat(road.audit().notices()).isEmpty();
    }

    @Test
    void aNoticeHasTheWordsOfThePolicyAndTheSubject() throws Exception {
        TestRoad road = TestRoad.with(
                "words: { contact: help@example.com, default: fr }\n",
                "{ id: hold, when: { direction: outbound },"
                        + " then: { redirect: quarantine@example.com, notify: sender } }");

        road.send(Letter.submitted(LMTP, Parties.CARL), TestRoad.toAll("carl@partner.example"));

        MimeMessage notice = new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(road.sent().getLast().octets()));
        assertThat(notice.getSubject()).isEqualTo("Un de vos messages n'a pas été remis tel que vous l'avez envoyé");
        assertThat(text(road.sent().getLast())).matches("(?s)[\r\n -~]*");
        assertThat(notice.getContent()).isEqualTo("""
                La passerelle de messagerie gw.example.com n'a pas remis un de vos messages à tous
                les destinataires tel que vous l'avez envoyé.

                Objet : A plan

                carl@partner.example : retenu par nous : Une règle n'autorise pas ce message

                Aide : help@example.com

                Un programme a écrit ceci ; les réponses ne sont pas lues.
                """.replace("\n", "\r\n"));
    }

    @Test
    void aTagThatWasMeantForTheGatewayIsTakenOff() throws Exception {
        TestRoad road = new TestRoad("{ id: secure, when: { direction: outbound, subject: \"[secure]\" },"
                + " then: { sign: required, removeSubjectTag: \"[secure]\" } }");
        String message = TestRoad.toAll("bob@partner.example").replace("A  plan", "[secure] A plan");

        road.send(Letter.submitted(LMTP, Parties.BOB), message);

        // Outside, and in the fields that the signature protects
        assertThat(text(road.sent().getFirst()).lines().filter(line -> line.startsWith("Subject:")))
                .containsExactly("Subject: A plan", "Subject: A plan");
        assertThat(road.audited(done -> done.protection().added()).getFirst())
                .contains("subject tag '[secure]' taken off");
    }

    private static TestRoad telling() {
        return new TestRoad(
                "{ id: no, when: { direction: outbound, recipient: bob@partner.example },"
                        + " then: { reject: { text: Ask first }, notify: sender } }",
                "{ id: hold, when: { direction: outbound, recipient: carl@partner.example },"
                        + " then: { redirect: quarantine@example.com, notify: sender } }");
    }

    private static String text(RecordingDelivery.Sent sent) {
        return new String(sent.octets(), StandardCharsets.ISO_8859_1);
    }
}
