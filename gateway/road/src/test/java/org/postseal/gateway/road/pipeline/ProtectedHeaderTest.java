package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;

/** Header protection on the road, in both directions. */
class ProtectedHeaderTest {
    private static final String SIGN = "{ id: sign, when: always, then: { sign: required, subjectTag: '[us]' } }";
    private static final String BOTH = "{ id: both, when: always, then: { sign: required, encrypt: required } }";
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

    @Test
    void whatOnlyIsEncryptedIsOpenedWithoutATraceOfHeaderProtection() throws Exception {
        TestRoad out = TestRoad.with(HIDE, "{ id: enc, when: always, then: { encrypt: required } }");
        String message = TestRoad.toAll("anna@example.com");
        out.send(Letter.submitted(LMTP, Parties.ANNA), message);
        TestRoad in = new TestRoad("{ id: open, when: always, then: { decrypt: ifPossible } }");

        in.send(
                Letter.inbound(LMTP, Parties.ANNA).from(ALICE),
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
