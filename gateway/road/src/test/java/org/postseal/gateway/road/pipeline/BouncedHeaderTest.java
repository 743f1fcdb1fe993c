package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.policy.protection.EncryptionSettings;

/**
 * The header section of opened mail comes back in a bounce. It may tell the author what was encrypted, and must tell
 * nobody else.
 */
class BouncedHeaderTest {
    private static final String OUTER =
            "From: Bob <bob@partner.example>\nTo: anna@example.com\nSubject: [...]\nMIME-Version: 1.0\n";
    private static final String HIDDEN = """
            Content-Type: text/plain; charset=utf-8; hp="cipher"
            From: Bob <bob@partner.example>
            To: anna@example.com
            Subject: Project Nightingale
            Keywords: takeover
            HP-Outer: From: Bob <bob@partner.example>
            HP-Outer: To: anna@example.com
            HP-Outer: Subject: [...]

            Hello
            """;
    private static final String FILE = """
            Content-Type: application/pdf;
             name="Nightingale.pdf"
            Content-Disposition: attachment; filename="Nightingale.pdf"
            Content-Transfer-Encoding: base64

            JVBERi0=
            """;
    private static final EncryptionSettings CBC =
            new EncryptionSettings(EncryptionSettings.Cipher.AES256_CBC, EncryptionSettings.RsaKeyTransport.PKCS1);
    private static final ReversePath MALLORY = new ReversePath.Mailbox(MailAddress.of("mallory@evil.example"));
    private static final String OPEN =
            "{ id: open, when: { kind: [ordinary, nullSender] }, then: { decrypt: ifPossible } }";

    @ParameterizedTest
    @ValueSource(strings = {"<>", "bob@partner.example"})
    void theAuthorAndNobodyMayReadWhatHeHid(String bounces) throws Exception {
        MimeEntity opened = opened(HIDDEN, path(bounces));

        assertThat(subject(opened)).isEqualTo("Project Nightingale");
        assertThat(opened.header().single("Keywords")).isPresent();
        assertThat(opened.contentType().is("text", "plain")).isTrue();
    }

    @Test
    void whoSendsTheCiphertextAgainReadsNothingOfIt() throws Exception {
        MimeEntity opened = opened(HIDDEN, MALLORY);

        assertThat(header(opened)).doesNotContain("Nightingale", "takeover");
        assertThat(subject(opened)).isEqualTo("[...]");
        MimeEntity part = opened.parts().getFirst();
        assertThat(opened.parts()).hasSize(1);
        assertThat(opened.isAmbiguous()).isFalse();
        assertThat(subject(part)).isEqualTo("Project Nightingale");
        assertThat(part.header().single("Keywords")).isPresent();
        assertThat(text(part.body())).as("for who reads it").isEqualTo("Subject: Project Nightingale\r\n\r\nHello\r\n");
    }

    /** An attacker may send it with guesses outside, and look which of them the copy or its verdict agrees with. */
    @ParameterizedTest
    @CsvSource({
        "false, { encrypt: required }",
        "false, '{ sign: required, encrypt: required }'",
        "true, { encrypt: required }"
    })
    void aGuessOutsideIsNotConfirmed(boolean isSignedByAlice, String hiding) throws Exception {
        String sealed = hidden(isSignedByAlice, hiding);
        for (String guess : List.of("Subject: %s", "Subject: no\r\nSubject: %s", "Subject: %s\r\nKeywords: %<s")) {
            String right = copy(sealed.replace("Subject: [...]", guess.formatted("A  plan")));
            String wrong = copy(sealed.replace("Subject: [...]", guess.formatted("B  plan")));

            assertThat(right).isEqualTo(wrong.replace("B  plan", "A  plan"));
            assertThat(wrong).contains(guess.formatted("B  plan")).doesNotContain("smime=pass");
        }
        assertThat(copy(sealed).contains("smime=pass")).isEqualTo(isSignedByAlice || hiding.contains("sign"));
    }

    @Test
    void noCopyThatStaysClosedIsCalledOpened() throws Exception {
        TestRoad road = new TestRoad("{ id: in, when: always, then: { onUnauthenticated: leaveClosed } }");

        road.send(
                Letter.inbound(LMTP, Parties.ANNA).from(MALLORY),
                RawMessage.of(TestRoad.octets(hidden(false, "{ encrypt: required }"))));

        assertThat(road.audited(done -> done.protection().handled().done())).containsExactly("decrypted_then_closed");
        assertThat(road.audited(done -> done.decision().detail())).containsExactly(Optional.empty());
    }

    @Test
    void nothingIsSaidOfASignatureThatIsNotThere() throws Exception {
        byte[] sealed = sealed("Content-Type: text/plain; charset=utf-8\n\nHello\n", OUTER);
        TestRoad road = new TestRoad("{ id: strip, when: always, then: { decrypt: ifPossible, strip: true } }");

        // The only signature stands around the ciphertext, and goes with it.
        road.send(
                Letter.inbound(LMTP, Parties.ANNA).from(MALLORY),
                RawMessage.of(SealedCopy.sign(new String(sealed, StandardCharsets.ISO_8859_1), Parties.BOB)));

        assertThat(road.sent().getFirst().unit()).isInstanceOf(Sendable.Opened.class);
        assertThat(road.audited(done -> done.decision().detail())).containsExactly(Optional.empty());
    }

    private static String hidden(boolean isSignedByAlice, String hiding) throws Exception {
        byte[] message = TestRoad.octets(TestRoad.toAll("anna@example.com"));
        if (isSignedByAlice) {
            TestRoad out = new TestRoad("{ id: sign, when: always, then: { sign: required } }");
            out.send(Letter.submitted(LMTP, Parties.ANNA), RawMessage.of(message));
            message = out.sent().getFirst().octets();
        }
        TestRoad out = TestRoad.with(
                "mailboxPolicies: { default: { hideSubject: true } }\n",
                "{ id: hide, when: always, then: " + hiding + " }");
        out.send(Letter.submitted(LMTP, Parties.ANNA), RawMessage.of(message));
        String sealed = new String(out.sent().getFirst().octets(), StandardCharsets.ISO_8859_1);
        assertThat(sealed).contains("Subject: [...]\r\n").doesNotContain("A  plan");
        return sealed;
    }

    /** Sends it as somebody who has only the ciphertext, and returns the verdict and the opened copy. */
    private static String copy(String sealed) throws Exception {
        TestRoad in = new TestRoad(OPEN);
        in.send(
                Letter.inbound(LMTP, Parties.ANNA).from(MALLORY),
                RawMessage.of(sealed.getBytes(StandardCharsets.ISO_8859_1)));
        RecordingDelivery.Sent sent = in.sent().getFirst();
        assertThat(sent.unit()).isInstanceOf(Sendable.Opened.class);
        String results = sent.trace().substring(0, sent.trace().indexOf("Received:"));
        return results + SealedCopy.withoutRandom(new String(sent.octets(), StandardCharsets.ISO_8859_1));
    }

    @Test
    void aSubjectThatIsNotHiddenIsNotShownInTheText() throws Exception {
        String open = OUTER.replace("[...]", "Lunch");
        String keywords = HIDDEN.replace("Project Nightingale", "Lunch").replace("[...]", "Lunch");

        MimeEntity opened = SealedCopy.scan(openedFrom(keywords, open, MALLORY));

        assertThat(header(opened)).contains("Subject: Lunch").doesNotContain("takeover");
        assertThat(text(opened.parts().getFirst().body())).isEqualTo("Hello\r\n");
    }

    /** Without the signature, these fields would be lost, or stand in the header section. */
    @Test
    void aSignatureOverHiddenFieldsIsNotTakenOff() throws Exception {
        String sealed = hidden(false, "{ sign: required, encrypt: required }");
        String strip = "{ id: strip, when: always, then: { decrypt: ifPossible, strip: true } }";
        TestRoad strangers = new TestRoad(strip);
        TestRoad authors = new TestRoad(strip);

        strangers.send(
                Letter.inbound(LMTP, Parties.ANNA).from(MALLORY),
                RawMessage.of(sealed.getBytes(StandardCharsets.ISO_8859_1)));
        authors.send(
                Letter.inbound(LMTP, Parties.ANNA).from(path("alice@example.com")),
                RawMessage.of(sealed.getBytes(StandardCharsets.ISO_8859_1)));

        MimeEntity kept = SealedCopy.scan(strangers.sent().getFirst().octets());
        assertThat(subject(kept.signedParts().orElseThrow().content())).isEqualTo("A  plan");
        assertThat(strangers.audited(done -> done.decision().detail()))
                .containsExactly(
                        Optional.of("the signature was not taken off: others than the author may be answered"));
        MimeEntity stripped = SealedCopy.scan(authors.sent().getFirst().octets());
        assertThat(subject(stripped)).isEqualTo("A  plan");
        assertThat(stripped.contentType().is("text", "plain")).isTrue();
    }

    @Test
    void norDoesHeLearnTheNameOfAFile() throws Exception {
        MimeEntity opened = opened(FILE, MALLORY);

        assertThat(header(opened)).doesNotContain("Nightingale");
        assertThat(opened.contentType().is("multipart", "mixed")).isTrue();
        assertThat(new String(SealedCopy.part(opened.raw().toByteArray()), StandardCharsets.UTF_8))
                .isEqualTo(FILE.replace("\n", "\r\n"));
    }

    /** Nobody gets a bounce, but nothing says who wrote it, and From may be a stranger's. */
    @Test
    void norDoesSomebodyWhoWantsNoBounce() throws Exception {
        MimeEntity opened = opened(FILE, path("<>"));

        assertThat(header(opened)).doesNotContain("Nightingale");
        assertThat(opened.contentType().is("multipart", "mixed")).isTrue();
    }

    /** A robot of the recipient's, or their mail program, answers whom the header section names. */
    @ParameterizedTest
    @CsvSource({
        "bob@partner.example, 'From: Mallory <mallory@evil.example>'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nFrom: mallory@evil.example'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nReply-To: mallory@evil.example'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nreply-to: bob@partner.example, mallory@evil.example'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nReply-To : mallory@evil.example'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nReply-To: \"bob@partner.example\" <m@evil.example>'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nSender: mallory@evil.example'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nDisposition-Notification-To: mallory@evil.example'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nReturn-Receipt-To: mallory@evil.example'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nErrors-To: mallory@evil.example'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nCc: mallory@evil.example'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nCc: Friends: anna@example.com, mallory@evil.example;'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nCc: \"mallory@evil.example\" <anna@example.com>'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nList-Post: <mailto:mallory%40evil.example>'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nX-PMRQC: mallory@evil.example'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nX-Any: =?utf-8?q?mallory=40evil.example?='",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nMail-Copies-To: mallory'",
        "bob@partner.example, 'From: Bob <bob@partner.example>\nDelivered-To (Reply-To): mallory'",
        "<>, 'From: Mallory <mallory@evil.example>'",
        "<>, 'From: Bob <bob@partner.example>\nReply-To: mallory@evil.example'"
    })
    void norDoesWhoeverIsAnswered(String bounces, String outside) throws Exception {
        String from = "From: Bob <bob@partner.example>";
        List<MimeEntity> both = new ArrayList<>();
        for (String entity : List.of(HIDDEN, signedByBob(HIDDEN))) {
            String message = new String(sealed(entity, OUTER), StandardCharsets.ISO_8859_1);
            String sent = message.replace(from, outside.replace("\n", "\r\n"));
            both.add(SealedCopy.scan(openedFrom(TestRoad.octets(sent), path(bounces))));
        }
        MimeEntity opened = both.getFirst();
        MimeEntity openedSigned = both.getLast();

        assertThat(header(opened)).contains(outside.replace("\n", "\r\n")).doesNotContain("Nightingale", "takeover");
        assertThat(subject(opened.parts().getFirst())).isEqualTo("Project Nightingale");
        assertThat(header(openedSigned)).doesNotContain("Nightingale", "takeover");
        assertThat(openedSigned.contentType().is("multipart", "signed")).isTrue();
    }

    /** Nobody knows whom the author has written to, so an answer to all may go to somebody else. */
    @ParameterizedTest
    @ValueSource(strings = {"Cc: anna@example.com", "Cc: bob@partner.example, anna@example.com"})
    void norDoesARecipientWhomTheAuthorDidNotName(String copies) throws Exception {
        for (String to : List.of("To: undisclosed-recipients:;", "To: Anna (here) <anna@example.com>")) {
            String entity = HIDDEN.replace("To: anna@example.com", to);
            String outer = OUTER.replace("To: anna@example.com", to);
            String subject = "\nSubject";

            MimeEntity unchanged = SealedCopy.scan(openedFrom(entity, outer, path("bob@partner.example")));
            MimeEntity opened = SealedCopy.scan(openedFrom(
                    entity, outer.replaceFirst(subject, "\n" + copies + subject), path("bob@partner.example")));

            assertThat(subject(unchanged)).isEqualTo("Project Nightingale");
            assertThat(header(opened)).doesNotContain("Nightingale", "takeover");
        }
    }

    /** These answers go to the author, or to whom the author has named. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Reply-To: Bob <bob@partner.example>",
                "Sender: bob@partner.example\nDisposition-Notification-To: <bob@partner.example>",
                "Cc: Anna <anna@example.com>, bob@partner.example\nX-Mailer: any 1.0",
                "Received: from a by b for <mallory@evil.example>\nDelivered-To: mallory@evil.example",
                "Message-ID: <1@partner.example>\nX-Spam-Report: mallory@evil.example\nX-Any: bob@partner.example",
                "Reply-To:  Office <office@partner.example>\nErrors-To: bob@partner.example"
            })
    void theAuthorMayNameWhoIsAnswered(String answered) throws Exception {
        String office = "Reply-To: Office <office@partner.example>\n";
        String entity = HIDDEN.replaceFirst("Keywords", office + "Keywords")
                .replaceFirst("HP-Outer", "HP-Outer: " + office + "HP-Outer");
        String outer = OUTER.replaceFirst("Subject", answered + "\nSubject");

        for (String content : List.of(entity, signedByBob(entity))) {
            MimeEntity opened = SealedCopy.scan(openedFrom(content, outer, path("bob@partner.example")));

            assertThat(subject(opened)).isEqualTo("Project Nightingale");
        }
    }

    private static String signedByBob(String entity) {
        String content = entity.replace("\n", "\r\n");
        return SpoofForge.clearEntity(content, SpoofForge.detached(content, SpoofForge.Signer.of(Parties.BOB)))
                .replaceFirst("(?s)^.*?(?=Content-Type: multipart)", "")
                .replace("\r\n", "\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: text/plain; charset=utf-8",
                "Content-Type: text/SECRET\nContent-Language: SECRET",
                "Content-Type: multipart/mixed; boundary=b\nContent-Description: SECRET",
                "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable",
                "Content-Type: text/plain; hp=\"clear\"\nX-Mine: yes"
            })
    void theHeaderSectionIsTheSameWhateverIsInside(String fields) throws Exception {
        byte[] opened = openedFrom(fields + "\n\n--b\n\nHello\n--b--\n", OUTER, MALLORY);

        assertThat(header(SealedCopy.scan(opened)).replaceAll("=_[0-9a-f]{40}", "x"))
                .isEqualTo((OUTER + """
                        Content-Type: multipart/mixed;
                        \tboundary="x"
                        Content-Transfer-Encoding: 8bit

                        """).replace("\n", "\r\n"));
        assertThat(new String(SealedCopy.part(opened), StandardCharsets.UTF_8))
                .startsWith(fields.replace("\nX-Mine: yes", "").replace("\n", "\r\n") + "\r\n\r\n");
    }

    /**
     * A filter behind us writes a hash of the body into the header section, and the attacker compares guesses. The
     * first message opens, and the second one stays closed.
     */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Type: text/plain\n\nThe PIN is 4711\n", "Content-Type: text/4711\n\n\u0001\n"})
    void noHashOfTheBodyConfirmsAGuess(String entity) throws Exception {
        byte[] sealed = SealedCopy.encryptEntity(
                CBC, (OUTER + "\n").replace("\n", "\r\n"), entity.replace("\n", "\r\n"), Parties.ANNA);
        TestRoad road = new TestRoad(OPEN);

        for (int i = 0; i < 2; i++) {
            road.send(Letter.inbound(LMTP, Parties.ANNA).from(MALLORY), RawMessage.of(sealed));
        }

        byte[] first = road.sent().getFirst().octets();
        byte[] second = road.sent().getLast().octets();
        assertThat(road.sent()).hasSize(2);
        assertThat(SealedCopy.part(second)).isEqualTo(SealedCopy.part(first));
        assertThat(SealedCopy.salt(second)).isNotEqualTo(SealedCopy.salt(first));
        assertThat(header(SealedCopy.scan(first))).doesNotContain(SealedCopy.salt(first));
        assertThat(road.audited(done -> done.protection().handled().done()))
                .containsOnly(entity.contains("PIN") ? "opened" : "decrypted_then_closed");
    }

    @Test
    void aSignatureInsideStaysAtTheRoot() throws Exception {
        TestRoad out = TestRoad.with(
                "mailboxPolicies: { default: { hideSubject: true } }\n",
                "{ id: both, when: always, then: { sign: required, encrypt: required } }");
        out.send(Letter.submitted(LMTP, Parties.ANNA), TestRoad.toAll("anna@example.com"));
        TestRoad in = new TestRoad(OPEN);

        in.send(
                Letter.inbound(LMTP, Parties.ANNA).from(MALLORY),
                RawMessage.of(out.sent().getFirst().octets()));

        MimeEntity opened = SealedCopy.scan(in.sent().getFirst().octets());
        assertThat(header(opened)).doesNotContain("plan");
        assertThat(opened.contentType().is("multipart", "signed")).isTrue();
        assertThat(subject(opened.signedParts().orElseThrow().content())).isEqualTo("A  plan");
        assertThat(in.audited(done -> done.protection().signature())).containsExactly("valid");
        assertThat(in.audited(done -> done.decision().detail()))
                .containsExactly(
                        Optional.of("opened; protected header fields stay inside, since others than the author may be"
                                + " answered"));
    }

    /** Somebody may have the ciphertext without the header section that stood above it. */
    @Test
    void fieldsUnderASignatureAreNotPutBackForOthers() throws Exception {
        TestRoad out = new TestRoad("{ id: both, when: always, then: { sign: required, encrypt: required } }");
        out.send(Letter.submitted(LMTP, Parties.ANNA), TestRoad.toAll("anna@example.com"));
        String sent = new String(out.sent().getFirst().octets(), StandardCharsets.ISO_8859_1);
        TestRoad in = new TestRoad(OPEN);

        in.send(
                Letter.inbound(LMTP, Parties.ANNA).from(MALLORY),
                RawMessage.of(TestRoad.octets("From: mallory@evil.example\r\nMIME-Version: 1.0\r\n"
                        + sent.substring(sent.indexOf("Content-Type")))));

        MimeEntity opened = SealedCopy.scan(in.sent().getFirst().octets());
        assertThat(header(opened)).contains("From: mallory@evil.example").doesNotContain("plan", "alice");
        assertThat(subject(opened.signedParts().orElseThrow().content())).isEqualTo("A  plan");
    }

    /** Under a tag nobody has changed it, so that its verdict tells nothing new. */
    @Test
    void norIsABrokenSignatureMovedUnderATag() throws Exception {
        String signed = new String(
                        SealedCopy.sign(
                                OUTER.replace("\n", "\r\n") + "Content-Type: text/plain\r\n\r\nHello\r\n", Parties.BOB),
                        StandardCharsets.ISO_8859_1)
                .replace("Hello", "Hallo");
        TestRoad road = new TestRoad(OPEN);

        road.send(
                Letter.inbound(LMTP, Parties.ANNA).from(MALLORY),
                RawMessage.of(SealedCopy.encrypt(SealedCopy.GCM, signed, Parties.ANNA)));

        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(SealedCopy.scan(sent.octets()).contentType().is("multipart", "signed"))
                .isTrue();
        assertThat(sent.trace()).contains("smime=fail");
    }

    /** Without a signature, a multipart/signed has no octets that cannot be guessed. */
    @Test
    void aSignedPartWithoutASignatureDoesNotStayAtTheRoot() throws Exception {
        String unsigned = signedByBob(HIDDEN)
                .replaceFirst("(?s)(base64\n.*?\n\n|name=\"?smime.p7s\"?\n.*?\n\n)[A-Za-z0-9+/=\n]+", "$1MAA=\n");

        MimeEntity opened = opened(unsigned, MALLORY);

        assertThat(unsigned).contains("\n\nMAA=\n--");
        assertThat(opened.contentType().is("multipart", "mixed")).isTrue();
        assertThat(opened.parts().getFirst().contentType().is("multipart", "signed"))
                .isTrue();
    }

    @Test
    void towardsANextHopWithoutDsnNothingIsOpened() throws Exception {
        byte[] sealed = sealed(HIDDEN, OUTER);
        TestRoad road = new TestRoad(OPEN);
        road.delivery().forOpened(new OpenedPassage.Barred("not opened: no DSN is announced"));

        road.send(Letter.inbound(LMTP, Parties.ANNA), RawMessage.of(sealed));

        assertThat(road.sent()).hasSize(1).allMatch(sent -> sent.unit() instanceof Sendable.Untouched);
        assertThat(road.sent().getFirst().octets()).isEqualTo(sealed);
        assertThat(road.audited(done -> done.decision().detail()))
                .containsExactly(Optional.of("not opened: no DSN is announced"));
    }

    private static MimeEntity opened(String entity, ReversePath bounces) throws Exception {
        return SealedCopy.scan(openedFrom(entity, OUTER, bounces));
    }

    private static byte[] openedFrom(String entity, String outer, ReversePath bounces) throws Exception {
        return openedFrom(sealed(entity, outer), bounces);
    }

    private static byte[] openedFrom(byte[] sealed, ReversePath bounces) throws Exception {
        TestRoad road = new TestRoad(OPEN);
        road.send(Letter.inbound(LMTP, Parties.ANNA).from(bounces), RawMessage.of(sealed));
        List<RecordingDelivery.Sent> sent = road.sent();
        assertThat(sent).hasSize(1).allMatch(one -> one.unit() instanceof Sendable.Opened);
        return sent.getFirst().octets();
    }

    private static byte[] sealed(String entity, String outer) throws Exception {
        return SealedCopy.encryptEntity(
                (outer + "\n").replace("\n", "\r\n"), entity.replace("\n", "\r\n"), Parties.ANNA);
    }

    private static ReversePath path(String text) {
        return text.equals("<>") ? new ReversePath.NullPath() : new ReversePath.Mailbox(MailAddress.of(text));
    }

    private static String header(MimeEntity entity) {
        return new String(entity.header().toByteArray(), StandardCharsets.UTF_8);
    }

    private static String subject(MimeEntity entity) {
        return entity.header().single("Subject").orElseThrow().unfolded();
    }

    private static String text(RawMessage message) throws java.io.IOException {
        return new String(message.toByteArray(), StandardCharsets.UTF_8);
    }
}
