package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.SmimeMail;

/**
 * These things must never happen: plaintext for the wrong reader, our signature on somebody else's words, clear text
 * although encryption is required.
 */
class LeaksIT {
    private static final String SECRET = "the-secret-of-the-day";
    private static final String BODY = "Psst: " + SECRET + "\r\n" + "0123456789\r\n".repeat(300);
    private static final String ENTITY = SmimeMail.entity(BODY);
    private static final String FULL = Users.CAROL_EC;

    private static @Nullable MailRoad started;

    @BeforeAll
    static void start() {
        started = MailRoad.start(layout -> layout.fullMailbox(FULL).alias("away@example.com", Users.BOB_RSA), 0);
    }

    @AfterAll
    static void stop() {
        Closing.all(started);
    }

    @Test
    void ciphertextForAliceThatIsSentToAnotherStaysCiphertext() {
        byte[] cms = road().openssl().encrypt(MailRoad.octets(ENTITY), List.of(identity(Users.ALICE_RSA)));
        SmimeMail message = SmimeMail.message(
                "resent-1", Users.BOB_RSA, Users.ALICE_RSA, SmimeMail.pkcs7Mime("enveloped-data", cms));
        road().sendFromPartner(message, Users.BOB_RSA, Users.MALLORY);

        assertThat(road().arrived(Users.MALLORY, "resent-1").cms()).isEqualTo(cms);
    }

    @Test
    void ciphertextForAliceThatIsSentToBothIsOpenedForHerOnly() {
        byte[] cms = road().openssl().encrypt(MailRoad.octets(ENTITY), List.of(identity(Users.ALICE_RSA)));
        SmimeMail message = SmimeMail.message(
                "resent-2", Users.BOB_RSA, Users.ALICE_RSA, SmimeMail.pkcs7Mime("enveloped-data", cms));
        road().sendFromPartner(message, Users.BOB_RSA, Users.ALICE_RSA, Users.MALLORY);

        assertThat(road().arrived(Users.ALICE_RSA, "resent-2").enclosed().text())
                .isEqualTo(ENTITY);
        assertThat(road().arrived(Users.MALLORY, "resent-2").cms()).isEqualTo(cms);
    }

    @Test
    void ciphertextForAliceThatAnInsiderSendsOutStaysCiphertext() {
        byte[] cms =
                road().openssl().encrypt(MailRoad.octets(ENTITY), List.of(identity(Users.ALICE_RSA)), "-aes-256-gcm");
        SmimeMail message = SmimeMail.message(
                "resent-3", Users.MALLORY, Users.BOB_RSA, SmimeMail.pkcs7Mime("authEnveloped-data", cms));
        road().submit(message, Users.MALLORY, Users.BOB_RSA);

        assertThat(road().arrived(Users.BOB_RSA, "resent-3").cms()).isEqualTo(cms);
    }

    @Test
    void mailFromOutsideWithAnInternalFromIsNotSigned() {
        String victim = "sign.rsa@example.com";
        road().sendFromPartner(
                        SmimeMail.message("forged-1", victim, Users.ALICE_RSA, ENTITY), Users.BOB_RSA, Users.ALICE_RSA);

        SmimeMail arrived = road().arrived(Users.ALICE_RSA, "forged-1");
        assertThat(arrived.kind()).isEqualTo("text/plain");
        assertThat(arrived.body()).isEqualTo(BODY);
    }

    @Test
    void mailFromOutsideWithAnInternalFromIsNotSignedOnItsWayOutEither() {
        String victim = "sign.rsa@example.com";
        road().sendFromPartner(
                        SmimeMail.message("forged-2", victim, "away@example.com", ENTITY),
                        Users.NINA,
                        "away@example.com");

        SmimeMail arrived = road().arrived(Users.BOB_RSA, "forged-2");
        assertThat(arrived.kind()).isEqualTo("text/plain");
        assertThat(arrived.body()).isEqualTo(BODY);
        awaitRecords();
        assertThat(road().gateway().audit("forged-2")).isNotEmpty();
    }

    @Test
    void aBounceOfOpenedMailCarriesNoPlaintext() {
        byte[] cms = road().openssl().encrypt(MailRoad.octets(ENTITY), List.of(identity(FULL)));
        road().sendFromPartner(
                        SmimeMail.message("bounce-1", Users.BOB_RSA, FULL, SmimeMail.pkcs7Mime("enveloped-data", cms)),
                        Users.BOB_RSA,
                        FULL);

        SmimeMail bounce = road().arrived(Users.BOB_RSA, "bounce-1");
        assertThat(bounce.kind()).isEqualTo("multipart/report");
        assertThat(bounce.text().lines().filter(line -> line.startsWith("Status:")))
                .containsExactly("Status: 5.2.2");
        assertThat(bounce.text()
                        .lines()
                        .filter(line -> line.startsWith("Content-Type: "))
                        .toList())
                .as("only the header section comes back")
                .contains("Content-Type: text/rfc822-headers")
                .doesNotContain("Content-Type: message/rfc822");
        assertThat(bounce.text().lines().filter(line -> line.contains(SECRET) || line.contains("0123456789")))
                .isEmpty();
    }

    /** An attacker who has Bob's ciphertext sends it again, and waits for the bounce. */
    @Test
    void aBounceOfOpenedMailTellsNeitherTheHiddenSubjectNorTheNameOfAFile() {
        String hidden = "Content-Type: text/plain; charset=utf-8; hp=\"cipher\"\r\nFrom: <" + Users.BOB_RSA
                + ">\r\nSubject: " + SECRET + "\r\nKeywords: " + SECRET + "\r\n\r\n" + BODY;
        String file = "Content-Type: application/pdf; name=\"" + SECRET + ".pdf\"\r\nContent-Disposition: attachment;"
                + " filename=\"" + SECRET + ".pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n";
        sendAgain("bounce-2", hidden);
        sendAgain("bounce-3", file);

        for (String id : List.of("bounce-2", "bounce-3")) {
            SmimeMail bounce = road().arrived(Users.NINA, id);
            assertThat(bounce.kind()).isEqualTo("multipart/report");
            assertThat(bounce.text()).doesNotContain(SECRET).doesNotContain("0123456789");
            awaitRecords();
            assertThat(road().gateway().audit(id))
                    .singleElement()
                    .satisfies(record ->
                            assertThat(record.get("postseal.incoming")).isEqualTo("opened"));
        }
    }

    /** Somebody who changes Bob's ciphertext sees the same header section in a bounce as with what opens. */
    @Test
    void aBounceDoesNotTellWhetherTheMailWasOpened() {
        byte[] sound = road().openssl().encrypt(MailRoad.octets(ENTITY), List.of(identity(FULL)), "-aes-256-cbc");
        byte[] altered = sound.clone();
        // The padding stands in the last block, and changes with the block before it.
        altered[altered.length - 17] ^= (byte) 0x80;
        sendAgain("bounce-4", sound);
        sendAgain("bounce-5", altered);

        List<String> ofOpened = returned("bounce-4");
        assertThat(ofOpened).contains("Content-Type: multipart/mixed; boundary=BOUNDARY");
        assertThat(returned("bounce-5")).isEqualTo(ofOpened);
        awaitRecords();
        assertThat(road().gateway().audit("bounce-4").getFirst().get("postseal.incoming"))
                .isEqualTo("opened");
        assertThat(road().gateway().audit("bounce-5").getFirst().get("postseal.incoming"))
                .isEqualTo("kept_closed");
    }

    /** Returns the fields of the returned header section, without what is another one for each message. */
    private static List<String> returned(String id) {
        String text = road().arrived(Users.NINA, id).text();
        String section = text.substring(text.indexOf("Content-Type: text/rfc822-headers"));
        String fields = section.substring(section.indexOf("\r\n\r\n") + 4).replaceAll("(?s)\r\n\r\n.*", "");
        return fields.replaceAll("\r\n[ \t]+", " ")
                .replace(id, "ID")
                .replaceAll("boundary=\"[^\"]*\"", "boundary=BOUNDARY")
                .replaceAll("(?m)^(Received|Message-ID|DKIM-Signature):.*$", "$1")
                .lines()
                .toList();
    }

    private static void sendAgain(String id, String entity) {
        sendAgain(id, road().openssl().encrypt(MailRoad.octets(entity), List.of(identity(FULL))));
    }

    private static void sendAgain(String id, byte[] cms) {
        road().sendFromPartner(
                        SmimeMail.message(id, Users.BOB_RSA, FULL, SmimeMail.pkcs7Mime("enveloped-data", cms)),
                        Users.NINA,
                        FULL);
    }

    @Test
    void withoutACertificateNothingIsSentAndTheSenderIsTold() {
        String sender = "cbc.rsa@example.com";
        road().submit(SmimeMail.message("nocert-1", sender, Users.NINA, ENTITY), sender, Users.NINA, Users.BOB_RSA);

        SmimeMail bounce = road().arrived(sender, "nocert-1");
        assertThat(bounce.kind()).isEqualTo("multipart/report");
        assertThat(bounce.text().lines().filter(line -> line.startsWith("Status:")))
                .containsExactly("Status: 5.7.1");
        assertThat(bounce.text().lines().filter(line -> line.startsWith("Final-Recipient:")))
                .containsExactly("Final-Recipient: rfc822; " + Users.NINA);
        SmimeMail bobs = road().arrived(Users.BOB_RSA, "nocert-1");
        assertThat(bobs.kind()).isEqualTo("application/pkcs7-mime enveloped-data");
        road().own().awaitEmptyQueue();
        // Her mailbox has bounces of other tests.
        assertThat(road().partner().mailbox(Users.NINA))
                .noneMatch(octets -> new String(octets, StandardCharsets.ISO_8859_1).contains("nocert-1"));
    }

    /** A record is written before the upstream gets its reply, but the mail may arrive earlier. */
    private static void awaitRecords() {
        road().own().awaitEmptyQueue();
        road().partner().awaitEmptyQueue();
    }

    private static Identity identity(String address) {
        return road().pki().identity(address);
    }

    private static MailRoad road() {
        return Objects.requireNonNull(started, "not started");
    }
}
