package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;
import static org.postseal.gateway.road.pipeline.TestRoad.SMTP;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop.Outcome;
import org.postseal.policy.outcome.Reason;

/** Protected mail from outside is opened for its recipients, verified, and otherwise delivered as it came. */
class IncomingTest {
    private static final String FROM_BOB =
            TestRoad.message("From: Bob <bob@partner.example>\nTo: alice@example.com\n", "Hello\n");

    private final TestRoad road = new TestRoad();

    @Test
    void ciphertextForAliceIsOpenedForAliceAndStaysCiphertextForAnybodyElse() throws Exception {
        byte[] sealed = SealedCopy.encrypt(FROM_BOB, Parties.ALICE);
        Letter letter = Letter.inbound(LMTP, Parties.ANNA, Parties.ALICE, Parties.ADAM);

        road.send(letter, RawMessage.of(sealed));

        assertThat(road.sent()).hasSize(3);
        for (RecordingDelivery.Sent kept :
                List.of(road.sent().get(0), road.sent().get(2))) {
            assertThat(kept.unit()).isInstanceOf(Sendable.Untouched.class);
            assertThat(kept.octets()).isEqualTo(sealed);
            assertThat(kept.envelope().parameters().ret()).isEmpty();
        }
        RecordingDelivery.Sent opened = road.sent().get(1);
        assertThat(opened.unit()).isInstanceOf(Sendable.Opened.class);
        assertThat(opened.recipients()).containsExactly("alice@example.com");
        assertThat(opened.permitted()).containsExactly(Parties.ALICE);
        assertThat(SealedCopy.part(opened.octets()))
                .isEqualTo(TestRoad.octets(FROM_BOB.substring(FROM_BOB.indexOf("Content-Type"))));
        assertThat(road.audited(done -> done.protection().added()))
                .containsExactly("kept", "opened AES256_GCM", "kept");
        assertThat(road.audited(done -> done.protection().certificates()))
                .containsExactly(
                        List.of(),
                        List.of("open:"
                                + Parties.issued(Parties.ALICE).certificate().id()),
                        List.of());
        assertThat(road.audited(done -> done.decision().detail()))
                .containsExactly(Optional.of("not opened: NO_KEY"), Optional.empty(), Optional.empty());
    }

    @Test
    void whatWasOpenedReturnsItsHeadersOnlyInABounce() throws Exception {
        MailParameters full = MailParameters.NONE.withRet(MailParameters.Ret.FULL);
        byte[] sealed = SealedCopy.encrypt(FROM_BOB, Parties.ALICE);

        road.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ADAM).with(full), RawMessage.of(sealed));

        assertThat(road.sent().stream().map(sent -> sent.envelope().parameters()))
                .containsExactly(full.withRet(MailParameters.Ret.HDRS), full);
    }

    @Test
    void anOpenedCopySaysSoOnTopOfOurReceived() throws Exception {
        byte[] sealed = SealedCopy.encrypt(FROM_BOB, Parties.ALICE);

        road.send(Letter.inbound(SMTP, Parties.ALICE), RawMessage.of(sealed));

        assertThat(road.sent().getFirst().trace()).isEqualTo("""
                        Authentication-Results: postseal.gw.example.com; smime=none
                        Received: from mx.example.com ([192.0.2.1]) by gw.example.com with ESMTP
                         (postseal-origin=outside) id Q1 for <alice@example.com>; Tue, 24 Nov 2026
                         12:00:00 +0000
                        """.replace("\n", "\r\n"));
    }

    @Test
    void theSignatureInsideCiphertextIsVerifiedForTheOneWhoReadsIt() throws Exception {
        byte[] signed = SealedCopy.sign(FROM_BOB, Parties.BOB);
        byte[] sealed = SealedCopy.encrypt(new String(signed, StandardCharsets.ISO_8859_1), Parties.ALICE);

        road.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ADAM), RawMessage.of(sealed));

        assertThat(road.sent().get(0).octets()).isEqualTo(signed);
        assertThat(road.audited(done -> done.protection().signature())).containsExactly("valid", "unsigned");
        // The record also has the path of a signer. The record of a recipient who cannot see the signer does not tell
        // it.
        assertThat(road.audited(done -> done.protection().validations().stream()
                        .map(path -> path.parts().getFirst().certificate())
                        .toList()))
                .containsExactly(List.of(Parties.issued(Parties.BOB).certificate()), List.of());
    }

    /** Some program may read a label with a comment as another one, and show what nobody signed. */
    @ParameterizedTest
    @CsvSource({
        "application/pkcs7-mime, never, Hello, smime=pass, valid",
        "application/pkcs7-mime (text/plain), never, Hello, smime=neutral, valid",
        "application/pkcs7-mime (text/plain), never, Hallo, smime=fail, invalid CONTENT_ALTERED",
        "application/pkcs7-mime (text/plain), ifPossible, Hello, smime=pass, valid"
    })
    void aSignatureInsideAClosedCopyVouchesForNothingElse(
            String label, String decrypt, String text, String result, String verdict) throws Exception {
        String signed = new String(SealedCopy.sign(FROM_BOB, Parties.BOB), StandardCharsets.ISO_8859_1);
        String sealed = new String(
                SealedCopy.encrypt(signed.replace("Hello", text), Parties.ALICE), StandardCharsets.ISO_8859_1);
        TestRoad keeps = new TestRoad("{ id: keep, when: always, then: { decrypt: " + decrypt + " } }");

        keeps.send(
                Letter.inbound(LMTP, Parties.ALICE),
                RawMessage.of(TestRoad.octets(sealed.replaceFirst("application/pkcs7-mime", label))));

        assertThat(keeps.sent().getFirst().trace())
                .startsWith("Authentication-Results: postseal.gw.example.com; " + result);
        assertThat(keeps.audited(done -> done.protection().signature())).containsExactly(verdict);
    }

    @Test
    void aBrokenSignatureIsDeliveredAsItCameAndSaidToFail() throws Exception {
        String signed = new String(SealedCopy.sign(FROM_BOB, Parties.BOB), StandardCharsets.ISO_8859_1);
        byte[] broken = TestRoad.octets(signed.replace("Hello", "Hallo"));

        assertThat(road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(broken)))
                .containsExactly(RecordingDelivery.ACCEPTED);

        assertThat(road.sent().getFirst().octets()).isEqualTo(broken);
        assertThat(road.sent().getFirst().trace().lines().limit(2))
                .containsExactly(
                        "Authentication-Results: postseal.gw.example.com; smime=fail",
                        " reason=\"content altered\" body.smime-part=2");
        assertThat(road.audited(done -> done.protection().signature())).containsExactly("invalid CONTENT_ALTERED");
    }

    @Test
    void aGoodSignatureIsDeliveredAsItCameAndSaidToPass() throws Exception {
        byte[] signed = SealedCopy.sign(FROM_BOB, Parties.BOB);

        road.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ADAM), RawMessage.of(signed));

        assertThat(road.sent()).hasSize(1);
        assertThat(road.sent().getFirst().octets()).isEqualTo(signed);
        assertThat(road.sent().getFirst().trace().lines().findFirst())
                .contains("Authentication-Results: postseal.gw.example.com; smime=pass body.smime-part=2");
        assertThat(road.audited(done -> done.protection().signature())).containsExactly("valid", "valid");
    }

    @Test
    void redirectedMailIsOneCopyForTheQuarantineAloneWithOneReplyForEach() {
        TestRoad strict =
                new TestRoad("{ id: bad, when: { recipient: [alice@example.com, anna@example.com] }, then: redirect }");
        Letter letter = Letter.inbound(LMTP, Parties.ALICE, Parties.ADAM, Parties.ANNA);

        List<Reply> replies = strict.send(letter, FROM_BOB);

        assertThat(replies).hasSize(3).containsOnly(RecordingDelivery.ACCEPTED);
        assertThat(strict.sent()).hasSize(2);
        RecordingDelivery.Sent quarantined = strict.sent().getFirst();
        assertThat(quarantined.recipients()).containsExactly("quarantine@example.com");
        assertThat(quarantined.permitted()).containsExactly(Parties.QUARANTINE);
        assertThat(quarantined.octets()).isEqualTo(TestRoad.octets(FROM_BOB));
        assertThat(quarantined.trace()).isEqualTo("""
                        X-Postseal-Quarantine: POLICY_REFUSED; for alice@example.com, anna@example.com
                        Received: from mx.example.com ([192.0.2.1]) by gw.example.com with LMTP
                         (postseal-origin=outside) id Q1; Tue, 24 Nov 2026 12:00:00 +0000
                        """.replace("\n", "\r\n"));
        assertThat(strict.sent().get(1).recipients()).containsExactly("adam@example.com");
        assertThat(strict.audited(done -> done.decision().word())).containsExactly("redirect", "deliver", "redirect");
    }

    @Test
    void whatTheQuarantineSaysIsSaidToAllWhoseMailItWas() {
        TestRoad strict = new TestRoad("{ id: bad, when: always, then: redirect }");
        Reply full = Reply.of(452, "4.2.2", "Mailbox full");
        strict.delivery().answer(List.of(List.of(new Outcome(full, false))));

        assertThat(strict.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ANNA), FROM_BOB))
                .containsExactly(full, full);
    }

    @Test
    void redirectedCiphertextIsOneCopyWhoeverCouldHaveOpenedIt() throws Exception {
        TestRoad strict = new TestRoad("{ id: bad, when: always, then: redirect }");
        byte[] sealed = SealedCopy.encrypt(FROM_BOB, Parties.ALICE, Parties.ANNA);

        strict.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ANNA, Parties.ADAM), RawMessage.of(sealed));

        assertThat(strict.sent()).hasSize(1);
        assertThat(strict.sent().getFirst().octets()).isEqualTo(sealed);
    }

    @Test
    void ciphertextThatIsNotToBeOpenedIsOneCopy() throws Exception {
        TestRoad strict = new TestRoad("{ id: keep, when: always, then: { decrypt: never, verify: never } }");
        byte[] sealed = SealedCopy.encrypt(FROM_BOB, Parties.ALICE, Parties.ANNA);

        strict.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ANNA, Parties.ADAM), RawMessage.of(sealed));

        assertThat(strict.sent()).hasSize(1);
        assertThat(strict.sent().getFirst().octets()).isEqualTo(sealed);
        assertThat(strict.audited(done -> done.protection().handled().done()))
                .containsExactly("decrypted_then_closed", "decrypted_then_closed", "kept_closed");
    }

    @Test
    void damagedCiphertextIsDeliveredAsAnAttachment() throws Exception {
        byte[] sealed = SealedCopy.encrypt(FROM_BOB, Parties.ALICE);
        String text = new String(sealed, StandardCharsets.ISO_8859_1).stripTrailing();
        int at = text.length() - 12;
        char other = text.charAt(at) == 'A' ? 'B' : 'A';
        byte[] damaged = TestRoad.octets(text.substring(0, at) + other + text.substring(at + 1) + "\r\n");

        assertThat(road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(damaged)))
                .containsExactly(Delivered.ACCEPTED);

        assertThat(SealedCopy.attached(road.sent().getFirst().octets())).isEqualTo(damaged);
        assertThat(road.audited(done -> done.decision().detail()))
                .containsExactly(Optional.of("not opened: NOT_DECRYPTED"));
    }

    @Test
    void aRejectedRecipientTakesNobodyAlongOverLmtp() {
        TestRoad strict = new TestRoad("{ id: no, when: { recipient: anna@example.com }, then: reject }");

        assertThat(strict.send(Letter.inbound(LMTP, Parties.ANNA, Parties.ALICE), FROM_BOB))
                .containsExactly(Reply.of(Reason.POLICY_REFUSED), RecordingDelivery.ACCEPTED);
        assertThat(strict.sent()).hasSize(1);
        assertThat(strict.sent().getFirst().permitted()).containsExactly(Parties.ALICE);
    }
}
