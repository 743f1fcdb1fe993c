package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;

/** More people can read a copy than get it. */
class FurtherReadersTest {
    private static final String ENCRYPT = "{ id: enc, when: { direction: outbound }, then:"
            + " { encrypt: ifPossible, encryptFor: [sender, archive@example.com] } }";
    private static final Reply MISSING = Reply.of(Reason.READER_CERTIFICATE_MISSING);

    @Test
    void everyCopyHasTheReadersAndNoneHasAnotherBlindRecipient() throws IOException {
        TestRoad road = new TestRoad(ENCRYPT);
        String message = TestRoad.message(
                "From: alice@example.com\nTo: bob@partner.example\nCc: nobody@partner.example\n", "Hello\n");

        road.send(Letter.submitted(LMTP, Parties.BOB, Parties.CARL, Parties.DORA, Parties.NOBODY), message);

        assertThat(road.sent())
                .extracting(RecordingDelivery.Sent::recipients)
                .containsExactly(
                        List.of("bob@partner.example"),
                        List.of("carl@partner.example"),
                        List.of("dora@partner.example"),
                        List.of("nobody@partner.example"));
        byte[] inside = TestRoad.octets(message.replace("charset=us-ascii", "charset=us-ascii;\r\n\thp=\"cipher\""));
        int copy = 0;
        for (MailAddress recipient : List.of(Parties.BOB, Parties.CARL, Parties.DORA)) {
            RecordingDelivery.Sent sent = road.sent().get(copy++);
            assertThat(SealedCopy.readers(sent.octets()))
                    .isEqualTo(SealedCopy.serials(recipient, Parties.ALICE, Parties.ARCHIVE));
            assertThat(sent.permitted()).containsExactly(recipient);
            for (MailAddress reader : List.of(recipient, Parties.ALICE, Parties.ARCHIVE)) {
                assertThat(SealedCopy.open(sent.octets(), reader)).isEqualTo(inside);
            }
        }
        List<String> readers = List.of(read(Parties.ALICE), read(Parties.ARCHIVE));
        assertThat(road.audited(done -> done.protection().readers()))
                .containsExactly(readers, readers, readers, List.of());
        assertThat(road.audited(done -> done.protection().certificates()).getFirst())
                .containsExactly(
                        "encrypt:" + Parties.issued(Parties.BOB).certificate().id());
    }

    @Test
    void aReaderWhoIsARecipientHasOneRecipientInfo() {
        TestRoad road = new TestRoad("{ id: enc, when: always, then: { encrypt: required, encryptFor:"
                + " [archive@example.com, bob@partner.example] } }");

        road.send(
                Letter.submitted(LMTP, Parties.BOB, Parties.ARCHIVE),
                TestRoad.toAll("bob@partner.example, archive@example.com"));

        assertThat(road.sent()).hasSize(1);
        assertThat(SealedCopy.infoCount(road.sent().getFirst().octets())).isEqualTo(2);
        assertThat(SealedCopy.readers(road.sent().getFirst().octets()))
                .isEqualTo(SealedCopy.serials(Parties.BOB, Parties.ARCHIVE));
        assertThat(road.sent().getFirst().permitted()).containsExactlyInAnyOrder(Parties.BOB, Parties.ARCHIVE);
    }

    @Test
    void withoutTheArchiveItWaitsAndWhatIsNotEncryptedGoes() {
        TestRoad road = new TestRoad("{ id: enc, when: { direction: outbound }, then:"
                + " { encrypt: ifPossible, encryptFor: adam@example.com } }");

        assertThat(road.send(
                        Letter.submitted(LMTP, Parties.BOB, Parties.NOBODY),
                        TestRoad.toAll("bob@partner.example, nobody@partner.example")))
                .containsExactly(MISSING, RecordingDelivery.ACCEPTED);
        assertThat(road.sent())
                .extracting(RecordingDelivery.Sent::recipients)
                .containsExactly(List.of("nobody@partner.example"));
        assertThat(road.audited(done -> done.protection().readers())).containsExactly(List.of(), List.of());
    }

    @Test
    void aSenderWithoutCertificateIsNamedInTheRecord() {
        TestRoad road = new TestRoad(ENCRYPT);

        road.send(
                Letter.submitted(LMTP, Parties.BOB),
                TestRoad.message("From: adam@example.com\nTo: bob@partner.example\n", "Hello\n"));

        assertThat(SealedCopy.readers(road.sent().getFirst().octets()))
                .isEqualTo(SealedCopy.serials(Parties.BOB, Parties.ARCHIVE));
        assertThat(road.audited(done -> done.protection().readers())).containsExactly(List.of(read(Parties.ARCHIVE)));
        assertThat(road.audited(done -> done.decision().steps()).getFirst())
                .endsWith("the sender cannot read it: certificate of adam@example.com, a reader by encryptFor:"
                        + " no certificate");
    }

    @Test
    void whatTheClientEncryptedStaysAsItIs() throws Exception {
        AlteredStore store = new AlteredStore();
        TestRoad road = new TestRoad(store, ENCRYPT);
        byte[] sealed = SealedCopy.encrypt(TestRoad.toAll("bob@partner.example"), Parties.BOB);

        road.send(Letter.submitted(LMTP, Parties.BOB), RawMessage.of(sealed));

        assertThat(road.sent().getFirst().octets()).isEqualTo(sealed);
        assertThat(store.asked()).doesNotContain("encrypt archive@example.com");
        assertThat(road.audited(done -> done.protection().readers())).containsExactly(List.of());
    }

    @Test
    void whileTheArchiveCannotBeLookedUpTheMailWaits() {
        TestRoad road = new TestRoad(
                new AlteredStore() {
                    @Override
                    public CertificateChoice<MailCertificate> encryptionCertificate(
                            MailAddress recipient, Instant time) {
                        if (recipient.equals(Parties.ARCHIVE)) {
                            throw new StoreUnavailableException("directory is down");
                        }
                        return super.encryptionCertificate(recipient, time);
                    }
                },
                ENCRYPT);

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example")))
                .containsExactly(Reply.of(Reason.CERTIFICATE_LOOKUP_FAILED));
        assertThat(road.sent()).isEmpty();
    }

    private static String read(MailAddress reader) {
        return reader + ":" + Parties.issued(reader).certificate().id();
    }
}
