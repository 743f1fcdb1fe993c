package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeBodyPart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.SmimePeer.Verification;

/** The mail of own users leaves as their policy wants it, and other S/MIME programs can read it. */
class OutboundIT {
    private static final String BODY = "Dear reader,\r\n.\r\n..two dots\r\n.one, then a long line:\r\n"
            + "0123456789".repeat(9) + "\r\n\r\nYours\r\n";

    private static @Nullable MailRoad started;

    @BeforeAll
    static void start() {
        started = MailRoad.start(
                layout -> layout.alias("team@example.com", Users.ALICE_RSA, Users.BOB_RSA)
                        .alias("partners@example.com", Users.BOB_RSA, Users.DORA_EC),
                0);
    }

    @AfterAll
    static void stop() {
        Closing.all(started);
    }

    @Test
    void mailThatNeedsNothingArrivesAsItWasSent() {
        SmimeMail arrived = send("plain-1", Users.PLAIN, Users.BOB_RSA);

        assertThat(arrived.kind()).isEqualTo("text/plain");
        assertThat(arrived.body()).isEqualTo(BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sign.rsa@example.com", "sign.ec@example.com"})
    void signedMailIsVerifiedByAllPeers(String sender) {
        SmimeMail arrived = send("signed-" + sender, sender, Users.BOB_RSA);

        assertSignedBy(sender, arrived);
        assertThat(SmimePeer.expectGood(road().openssl().verifyMessage(arrived.octets()))
                        .signer()
                        .address())
                .isEqualTo(sender);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cbc.rsa@example.com", "cbc.ec@example.com", "gcm.rsa@example.com", "gcm.ec@example.com"})
    void encryptedMailIsDecryptedByAllPeersThatReadTheCipher(String sender) {
        for (String recipient : List.of(Users.BOB_RSA, Users.DORA_EC)) {
            SmimeMail arrived = send("encrypted-" + sender + "-" + recipient, sender, recipient);

            for (byte[] content : decryptedByAll(sender, recipient, arrived)) {
                assertThat(MailRoad.entity(content).kind()).isEqualTo("text/plain");
                assertThat(MailRoad.entity(content).body()).isEqualTo(BODY);
            }
            assertThat(SmimePeer.expectPlain(road().openssl()
                            .decryptMessage(arrived.octets(), road().pki().identity(recipient))))
                    .isEqualTo(decryptedByAll(sender, recipient, arrived).getFirst());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "both.rsa@example.com",
                "both.ec@example.com",
                "both-gcm.rsa@example.com",
                "both-gcm.ec@example.com"
            })
    void mailOfBothKindsIsDecryptedAndThenVerified(String sender) {
        for (String recipient : List.of(Users.BOB_RSA, Users.DORA_EC)) {
            SmimeMail arrived = send("both-" + sender + "-" + recipient, sender, recipient);

            for (byte[] content : decryptedByAll(sender, recipient, arrived)) {
                assertSignedBy(sender, MailRoad.entity(content));
            }
        }
    }

    @Test
    void oneCiphertextServesRecipientsWithKeysOfBothKinds() {
        SmimeMail message = message("two-1", "cbc.rsa@example.com", Users.BOB_RSA + ">, <" + Users.DORA_EC);
        road().submit(message, "cbc.rsa@example.com", Users.BOB_RSA, Users.DORA_EC);

        SmimeMail bobs = road().arrived(Users.BOB_RSA, "two-1");
        SmimeMail doras = road().arrived(Users.DORA_EC, "two-1");
        assertThat(doras.cms()).isEqualTo(bobs.cms());
        decryptedByAll("cbc.rsa@example.com", Users.BOB_RSA, bobs);
        decryptedByAll("cbc.rsa@example.com", Users.DORA_EC, doras);
    }

    @Test
    void membersOfAListThatIsNamedAreNoBlindCopies() {
        road().submit(
                        message("list-1", "cbc.rsa@example.com", "partners@example.com"),
                        "cbc.rsa@example.com",
                        "partners@example.com");

        assertThat(road().arrived(Users.DORA_EC, "list-1").cms())
                .isEqualTo(road().arrived(Users.BOB_RSA, "list-1").cms());
    }

    @Test
    void aBlindCopyIsNotDisclosedByTheOthersCiphertext() {
        road().submit(
                        message("bcc-1", "cbc.rsa@example.com", Users.BOB_RSA),
                        "cbc.rsa@example.com",
                        Users.BOB_RSA,
                        Users.DORA_EC);

        SmimeMail bobs = road().arrived(Users.BOB_RSA, "bcc-1");
        SmimeMail doras = road().arrived(Users.DORA_EC, "bcc-1");
        Identity dora = road().pki().identity(Users.DORA_EC);
        assertThat(road().openssl().decrypt(bobs.cms(), dora)).isInstanceOf(SmimePeer.Decryption.Refused.class);
        assertThat(road().openssl().decrypt(doras.cms(), dora)).isInstanceOf(SmimePeer.Decryption.Plain.class);
    }

    @Test
    void theOutsideMemberOfAnInternalAliasGetsItProtected() {
        road().submit(
                        message("alias-1", "both.rsa@example.com", "team@example.com"),
                        "both.rsa@example.com",
                        "team@example.com");

        SmimeMail arrived = road().arrived(Users.BOB_RSA, "alias-1");
        for (byte[] content : decryptedByAll("both.rsa@example.com", Users.BOB_RSA, arrived)) {
            assertSignedBy("both.rsa@example.com", MailRoad.entity(content));
        }
        road().arrived(Users.ALICE_RSA, "alias-1");
    }

    /** A signature over 8bit content would break at the first hop without 8BITMIME (RFC 8551 §3.1.3). */
    @Test
    void eightBitContentIsMadeSevenBitBeforeItIsSigned() throws MessagingException, IOException {
        String text = "Grüße aus Köln, " + "sehr ".repeat(250) + "lang\r\n";
        String entity = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
                + new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        road().submit(
                        SmimeMail.message("8bit-1", "sign.rsa@example.com", Users.BOB_RSA, entity),
                        "sign.rsa@example.com",
                        Users.BOB_RSA);

        SmimeMail arrived = road().arrived(Users.BOB_RSA, "8bit-1");
        byte[] content = arrived.signedContent();
        for (SmimePeer peer : road().peers()) {
            SmimePeer.expectGood(peer.verifyDetached(arrived.signature(), content));
        }
        assertThat(arrived.text()).matches("\\p{ASCII}*");
        assertThat(arrived.text().lines().filter(line -> line.length() > 998)).isEmpty();
        assertThat(new MimeBodyPart(new ByteArrayInputStream(content)).getContent())
                .isEqualTo(text);
    }

    private static SmimeMail send(String id, String sender, String recipient) {
        road().submit(message(id, sender, recipient), sender, recipient);
        return road().arrived(recipient, id);
    }

    private static SmimeMail message(String id, String sender, String recipient) {
        return SmimeMail.message(id, sender, recipient, SmimeMail.entity(BODY));
    }

    private static void assertSignedBy(String sender, SmimeMail signed) {
        byte[] content = signed.signedContent();
        for (SmimePeer peer : road().peers()) {
            Verification.Good good = SmimePeer.expectGood(peer.verifyDetached(signed.signature(), content));
            assertThat(good.signer().address()).as("signer by %s", peer).isEqualTo(sender);
        }
        assertThat(MailRoad.entity(content).kind()).isEqualTo("text/plain");
        assertThat(MailRoad.entity(content).body()).isEqualTo(BODY);
    }

    private static List<byte[]> decryptedByAll(String sender, String recipient, SmimeMail arrived) {
        boolean gcm = sender.contains("gcm");
        assertThat(arrived.kind())
                .isEqualTo("application/pkcs7-mime " + (gcm ? "authEnveloped-data" : "enveloped-data"));
        Identity reader = road().pki().identity(recipient);
        return road().peers().stream()
                .filter(peer -> peer.readsGcm() || !gcm)
                .map(peer -> SmimePeer.expectPlain(peer.decrypt(arrived.cms(), reader)))
                .toList();
    }

    private static MailRoad road() {
        return Objects.requireNonNull(started, "not started");
    }
}
