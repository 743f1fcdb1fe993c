package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;

/** Header protection on the road, in both directions. */
class ProtectedHeaderTest {
    private static final String SIGN = "{ id: sign, when: always, then: { sign: required, subjectTag: '[us]' } }";
    private static final String BOTH = "{ id: both, when: always, then: { sign: required, encrypt: required } }";
    private static final String VERIFY = "{ id: verify, when: always, then: mailboxPolicy }";
    private static final ReversePath ALICE = new ReversePath.Mailbox(Parties.ALICE);
    private static final String HIDE = "mailboxPolicies: { default: { hideSubject: true } }\n";

    @Test
    void whatIsSignedCoversTheHeaderAsItLeaves() throws Exception {
        TestRoad road = new TestRoad(SIGN);

        road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));

        MimeEntity signed = SealedCopy.scan(road.sent().getFirst().octets());
        MimeEntity payload = signed.signedParts().orElseThrow().content();
        assertThat(payload.contentType().parameter("hp")).contains("clear");
        assertThat(payload.header().single("Subject").orElseThrow().unfolded()).isEqualTo("[us] A  plan");
        assertThat(signed.header().single("Subject").orElseThrow().unfolded()).isEqualTo("[us] A  plan");
        assertThat(payload.header().single("From").orElseThrow().raw())
                .isEqualTo(signed.header().single("From").orElseThrow().raw());
        assertThat(road.audited(done -> done.protection().headerProtection())).containsExactly(Optional.of("clear"));
    }

    /** Mail programs that do not know RFC 9788 show the field outside. */
    @ParameterizedTest
    @CsvSource({
        "Subject: A  plan, Subject: Pay 9999 to Eve",
        "Subject: A  plan, Subject: [list] A plan",
        "To: anna@example.com, To: eve@evil.example",
        "Reply-To: alice@example.com, Reply-To: eve@evil.example"
    })
    void aSignatureDoesNotVouchForAFieldThatIsShownOtherwise(String written, String shown) throws Exception {
        String signed = signed();
        TestRoad in = new TestRoad("{ id: in, when: { signature: [valid] }, then: reject }", VERIFY);

        in.send(
                Letter.inbound(LMTP, Parties.ANNA),
                RawMessage.of(TestRoad.octets(signed.replaceFirst(written, shown))));

        assertThat(signed).contains("\r\n" + written + "\r\n");
        assertThat(in.audited(done -> done.protection().signature()))
                .containsExactly("unverifiable SIGNED_FIELDS_DIFFER");
        assertThat(in.sent().getFirst().trace())
                .startsWith("Authentication-Results: postseal.gw.example.com; smime=neutral\r\n"
                        + " reason=\"signed fields differ\"\r\n");
        TestRoad strict =
                new TestRoad("{ id: in, when: { direction: inbound }, then: { requireSigned: true, strip: true } }");
        assertThat(strict.send(
                        Letter.inbound(LMTP, Parties.ANNA),
                        RawMessage.of(TestRoad.octets(signed.replaceFirst(written, shown)))))
                .containsExactly(Reply.of(Reason.SIGNATURE_REQUIRED));
    }

    /** What was signed and changed is broken, whatever stands outside. */
    @Test
    void aBrokenSignatureStaysBroken() throws Exception {
        String changed =
                signed().replaceFirst("Subject: A  plan", "Subject: Pay").replace("\r\nworld", "\r\nEve");
        TestRoad in = new TestRoad(VERIFY);

        in.send(Letter.inbound(LMTP, Parties.ANNA), RawMessage.of(TestRoad.octets(changed)));

        assertThat(in.audited(done -> done.protection().signature())).containsExactly("invalid CONTENT_ALTERED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Subject: A  plan",
                "Subject: A\r\n plan",
                "Subject: =?utf-8?q?A_?=\r\n =?us-ascii?b?cGxhbg==?=",
                "List-Id: <list.example>\r\nSubject: A plan",
            })
    void whatMeansTheSameKeepsThePass(String subject) throws Exception {
        TestRoad in = new TestRoad(VERIFY);

        in.send(
                Letter.inbound(LMTP, Parties.ANNA),
                RawMessage.of(TestRoad.octets(signed().replaceFirst("Subject: A  plan", subject))));

        assertThat(in.audited(done -> done.protection().signature())).containsExactly("valid");
        assertThat(in.audited(done -> done.protection().headerProtection())).containsExactly(Optional.of("clear"));
    }

    /** The sender's own signature covers the Subject, and we hide it under our encryption. */
    @Test
    void aSubjectThatWeHideOverTheSendersSignatureKeepsThePass() throws Exception {
        TestRoad out = TestRoad.with(HIDE, "{ id: enc, when: always, then: { encrypt: required } }");
        out.send(Letter.submitted(LMTP, Parties.ANNA), RawMessage.of(TestRoad.octets(signed())));
        byte[] sealed = out.sent().getFirst().octets();
        TestRoad in = new TestRoad("{ id: open, when: always, then: { decrypt: ifPossible } }");

        in.send(Letter.inbound(LMTP, Parties.ANNA).from(ALICE), RawMessage.of(sealed));

        assertThat(SealedCopy.scan(sealed)
                        .header()
                        .single("Subject")
                        .orElseThrow()
                        .unfolded())
                .isEqualTo("[...]");
        assertThat(in.audited(done -> done.protection().signature())).containsExactly("valid");
    }

    /** Somebody sends a friend's ciphertext again, under a Subject of their own. */
    @Test
    void norDoesASignatureInsideACiphertextVouchForIt() throws Exception {
        TestRoad out = TestRoad.with(HIDE, BOTH);
        out.send(Letter.submitted(LMTP, Parties.ANNA), TestRoad.toAll("anna@example.com"));
        String sealed = new String(out.sent().getFirst().octets(), StandardCharsets.ISO_8859_1);
        TestRoad in = new TestRoad("{ id: open, when: always, then: { decrypt: ifPossible } }");

        in.send(
                Letter.inbound(LMTP, Parties.ANNA),
                RawMessage.of(TestRoad.octets(sealed.replace("Subject: [...]", "Subject: Pay 9999 to Eve"))));

        assertThat(in.audited(done -> done.protection().signature()))
                .containsExactly("unverifiable SIGNED_FIELDS_DIFFER");
    }

    private static String signed() throws Exception {
        TestRoad out = new TestRoad("{ id: sign, when: always, then: { sign: required } }");
        out.send(
                Letter.submitted(LMTP, Parties.ANNA),
                TestRoad.message(
                        "From: Alice <alice@example.com>\nTo: anna@example.com\nSubject: A  plan\n"
                                + "Reply-To: alice@example.com\n",
                        "Hello\nworld\n"));
        return new String(out.sent().getFirst().octets(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aHiddenSubjectComesBackWhenTheMailIsOpened() throws Exception {
        TestRoad out = TestRoad.with(HIDE, BOTH);
        out.send(Letter.submitted(LMTP, Parties.ANNA), TestRoad.toAll("anna@example.com"));
        byte[] sealed = out.sent().getFirst().octets();
        TestRoad in = new TestRoad("{ id: open, when: always, then: { decrypt: ifPossible } }");

        in.send(Letter.inbound(LMTP, Parties.ANNA).from(ALICE), RawMessage.of(sealed));

        assertThat(new String(sealed, StandardCharsets.ISO_8859_1))
                .contains("Subject: [...]\r\n")
                .doesNotContain("plan");
        assertThat(out.audited(done -> done.protection().headerProtection()))
                .containsExactly(Optional.of("cipher, Subject hidden, legacy display"));
        MimeEntity opened = SealedCopy.scan(in.sent().getFirst().octets());
        assertThat(opened.header().all("Subject")).hasSize(1);
        assertThat(opened.header().single("Subject").orElseThrow().unfolded()).isEqualTo("A  plan");
        assertThat(in.audited(done -> done.protection().signature())).containsExactly("valid");
        assertThat(in.audited(done -> done.protection().headerProtection()))
                .containsExactly(Optional.of("cipher, hidden: subject"));
    }

    /** Other fields repeat the Subject without the tag. */
    @Test
    void aTagOnTheSubjectHidesNoFieldThatRepeatsIt() throws Exception {
        TestRoad out = TestRoad.with(HIDE, "{ id: enc, when: always, then: { encrypt: required, subjectTag: '[x]' } }");

        out.send(
                Letter.submitted(LMTP, Parties.ANNA),
                TestRoad.toAll("anna@example.com").replaceFirst("Subject:", "X-Copy: Re: A plan\r\nSubject:"));

        assertThat(new String(out.sent().getFirst().octets(), StandardCharsets.ISO_8859_1))
                .contains("Subject: [...]\r\n")
                .doesNotContain("plan");
    }

    /** A tag shows that the From inside is the author's, and From outside is the same. */
    @Test
    void whatOnlyIsEncryptedIsOpenedWithoutATraceOfHeaderProtection() throws Exception {
        TestRoad out = TestRoad.with(
                "mailboxPolicies: { default: { hideSubject: true, recipientsRead: [AES256-GCM, PKCS1] } }\n",
                "{ id: enc, when: always, then: { encrypt: required } }");
        String message = TestRoad.toAll("anna@example.com");
        out.send(Letter.submitted(LMTP, Parties.ANNA), message);
        TestRoad in = new TestRoad("{ id: o, when: { kind: nullSender }, then: { decrypt: ifPossible } }");

        in.send(
                Letter.inbound(LMTP, Parties.ANNA).from(new ReversePath.NullPath()),
                RawMessage.of(out.sent().getFirst().octets()));

        assertThat(in.sent().getFirst().octets()).isEqualTo(TestRoad.octets(message));
    }

    @Test
    void aSubjectThatCannotBeHiddenIsNotSent() throws Exception {
        TestRoad road = TestRoad.with(HIDE, "{ id: enc, when: always, then: { encrypt: required } }");
        byte[] signed = SealedCopy.sign(TestRoad.toAll("bob@partner.example"), Parties.ALICE);

        List<Reply> replies = road.send(Letter.submitted(LMTP, Parties.BOB), RawMessage.of(signed));

        assertThat(replies).containsExactly(Reply.of(Reason.HEADER_NOT_PROTECTED));
        assertThat(road.sent()).isEmpty();
    }

    @Test
    void anotherFromInsideIsSaidInTheVerdictAndDoesNotComeOut() throws Exception {
        String inner = "From: Alice <alice@example.com>\n";
        String outer = "From: Bob <bob@partner.example>\nTo: anna@example.com\nMIME-Version: 1.0\n";
        String payload = "Content-Type: text/plain; hp=cipher\n" + inner + "\nPay\n";
        byte[] sealed = SealedCopy.encryptEntity(
                (outer + "\n").replace("\n", "\r\n"), payload.replace("\n", "\r\n"), Parties.ANNA);
        TestRoad road = new TestRoad();

        road.send(Letter.inbound(LMTP, Parties.ANNA), RawMessage.of(sealed));

        assertThat(road.audited(done -> done.protection().signature())).containsExactly("invalid HEADER_MISMATCH");
        MimeEntity opened = SealedCopy.scan(road.sent().getFirst().octets());
        assertThat(opened.header().single("From").orElseThrow().unfolded()).isEqualTo("Bob <bob@partner.example>");
        assertThat(road.sent().getFirst().trace())
                .startsWith(
                        "Authentication-Results: postseal.gw.example.com; smime=policy\r\n reason=\"header mismatch\"");
    }
}
