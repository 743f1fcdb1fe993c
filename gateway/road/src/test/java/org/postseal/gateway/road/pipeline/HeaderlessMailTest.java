package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Sendable;
import org.postseal.policy.protection.EncryptionSettings;

/** The content of a ciphertext has no header section, for recipients with and without {@code openHeaderless}. */
class HeaderlessMailTest {
    private static final EncryptionSettings CBC =
            new EncryptionSettings(EncryptionSettings.Cipher.AES256_CBC, EncryptionSettings.RsaKeyTransport.PKCS1);
    private static final String TEXT = "Dear Alice,\r\n\r\nsee you at eight.\r\n";
    private static final String OPENS =
            "mailboxPolicies: { open: { appliesTo: alice@example.com, openHeaderless: true } }\n";

    @Test
    void itIsOpenedAsTextUnderATag() throws Exception {
        TestRoad road = new TestRoad();
        send(road, SealedCopy.GCM);

        assertThat(road.sent().getFirst().unit()).isInstanceOf(Sendable.Opened.class);
        assertThat(new String(SealedCopy.part(road.sent().getFirst().octets()), StandardCharsets.US_ASCII))
                .isEqualTo(
                        "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" + TEXT);
        assertThat(road.audited(done -> done.protection().added())).containsExactly("opened AES256_GCM");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | deliver | false | alice@example.com | kept",
                "on | deliver | true | alice@example.com "
                        + "| opened AES256_CBC, unauthenticated, suspicious: text without a header section",
                "on | leaveClosed | false | alice@example.com | kept",
                "on | redirect | false | quarantine@example.com | ''"
            })
    void withoutATagTheRecipientsPolicyDecides(
            String setting, String onSuspicious, boolean isOpened, String recipient, String protection)
            throws Exception {
        TestRoad road = TestRoad.with(
                setting.isEmpty() ? "" : OPENS,
                "{ id: in, when: { direction: inbound }, then: { onSuspicious: " + onSuspicious + " } }");
        byte[] sealed = send(road, CBC);

        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(sent.recipients()).containsExactly(recipient);
        if (isOpened) {
            assertThat(new String(SealedCopy.part(sent.octets()), StandardCharsets.US_ASCII))
                    .endsWith("\r\n\r\n" + TEXT);
        } else {
            assertThat(onSuspicious.equals("redirect") ? sent.octets() : SealedCopy.attached(sent.octets()))
                    .isEqualTo(sealed);
        }
        assertThat(road.audited(done -> done.protection().added())).containsExactly(protection);
        assertThat(road.audited(event -> event.decision().basis().orElseThrow().old()))
                .containsExactly(
                        setting.isEmpty()
                                ? List.of()
                                : List.of("text without a header section opened: openHeaderless"
                                        + " (user: mailbox policy open)"));
    }

    /** Two people share one key, and only one of them wants such mail opened. */
    @Test
    void theRightIsThatOfEachRecipient() throws Exception {
        TestRoad road = TestRoad.with(
                OPENS,
                new AlteredStore() {
                    @Override
                    public List<KeyHandle> decryptionKeys(MailAddress recipient) {
                        return Parties.STORE.decryptionKeys(Parties.ALICE);
                    }
                },
                "{ id: in, when: { direction: inbound }, then: { onSuspicious: deliver } }");
        byte[] sealed = SealedCopy.encryptEntity(CBC, SpoofForge.FROM_BOB, TEXT, Parties.ALICE);
        for (List<MailAddress> order :
                List.of(List.of(Parties.ALICE, Parties.ANNA), List.of(Parties.ANNA, Parties.ALICE))) {
            road.send(Letter.inbound(LMTP, order.toArray(MailAddress[]::new)), RawMessage.of(sealed));
        }

        for (RecordingDelivery.Sent sent : road.sent()) {
            String part = new String(SealedCopy.part(sent.octets()), StandardCharsets.US_ASCII);
            assertThat(sent.recipients())
                    .containsExactly(part.endsWith(TEXT) ? "alice@example.com" : "anna@example.com");
        }
        assertThat(road.sent())
                .extracting(sent -> sent.recipients().getFirst())
                .containsExactlyInAnyOrder(
                        "alice@example.com", "alice@example.com", "anna@example.com", "anna@example.com");
        assertThat(road.audited(done -> done.decision().detail()))
                .contains(Optional.of("not opened: NOT_MIME"), Optional.empty());
    }

    /** The signer inside vouches for it, whatever the cipher. */
    @Test
    void textUnderAValidSignatureInsideIsText() throws Exception {
        TestRoad road = new TestRoad("{ id: in, when: { direction: inbound }, then: { strip: true } }");
        byte[] signed = SealedCopy.signOpaque(SpoofForge.FROM_BOB, TEXT, Parties.BOB);
        byte[] sealed = SealedCopy.encrypt(CBC, new String(signed, StandardCharsets.ISO_8859_1), Parties.ALICE);
        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(sealed));

        assertThat(road.audited(done -> done.protection().signature())).containsExactly("valid");
        assertThat(new String(road.sent().getFirst().octets(), StandardCharsets.US_ASCII))
                .endsWith("\r\nContent-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
                        + TEXT);
    }

    private static byte[] send(TestRoad road, EncryptionSettings settings) throws Exception {
        byte[] sealed = SealedCopy.encryptEntity(settings, SpoofForge.FROM_BOB, TEXT, Parties.ALICE);
        assertThat(road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(sealed)))
                .containsExactly(Delivered.ACCEPTED);
        assertThat(road.sent()).hasSize(1);
        return sealed;
    }
}
