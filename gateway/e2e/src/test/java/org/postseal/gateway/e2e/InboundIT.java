package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;

/** The gateway opens and verifies for its own users what other S/MIME programs make. */
class InboundIT {
    private static final String BODY = "Dear Alice,\r\n.\r\n..two dots\r\n" + "0123456789".repeat(9) + "\r\nYours\r\n";
    private static final String ENTITY = SmimeMail.entity(BODY);

    private static @Nullable MailRoad started;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @BeforeAll
    static void start() {
        started = MailRoad.start();
    }

    @AfterAll
    static void stop() {
        Closing.all(started);
    }

    @Test
    void clearSignedMailOfEveryPeerIsVerifiedAndKept() {
        for (SmimePeer peer : road().peers()) {
            for (String sender : List.of(Users.BOB_RSA, Users.DORA_EC)) {
                byte[] signature = peer.signDetached(MailRoad.octets(ENTITY), identity(sender));
                String id = id("clear-signed");
                SmimeMail arrived = receive(
                        id,
                        SmimeMail.clearSigned(id, sender, Users.ALICE_RSA, ENTITY, signature),
                        sender,
                        Users.ALICE_RSA);

                assertThat(ModeContract.smimeResults(arrived))
                        .as("%s %s", peer, sender)
                        .containsExactly("pass");
                assertThat(arrived.signedContent()).isEqualTo(MailRoad.octets(ENTITY));
                assertThat(SmimePeer.expectGood(road().openssl().verifyMessage(arrived.octets()))
                                .signer())
                        .isEqualTo(identity(sender));
            }
        }
    }

    @Test
    void opaqueSignedMailOfEveryPeerIsVerified() {
        for (SmimePeer peer : road().peers()) {
            byte[] signed = peer.signOpaque(MailRoad.octets(ENTITY), identity(Users.BOB_RSA));
            SmimeMail arrived =
                    receive("opaque", Users.BOB_RSA, Users.ALICE_RSA, SmimeMail.pkcs7Mime("signed-data", signed));

            assertThat(ModeContract.smimeResults(arrived)).as(peer.toString()).containsExactly("pass");
        }
    }

    @Test
    void encryptedMailOfEveryPeerIsOpenedForItsRecipient() {
        for (SmimePeer peer : road().peers()) {
            for (String recipient : List.of(Users.ALICE_RSA, Users.CAROL_EC)) {
                byte[] cms = peer.encrypt(MailRoad.octets(ENTITY), List.of(identity(recipient)));
                SmimeMail arrived =
                        receive("encrypted", Users.BOB_RSA, recipient, SmimeMail.pkcs7Mime("enveloped-data", cms));

                assertThat(arrived.enclosed().text())
                        .as("%s %s", peer, recipient)
                        .isEqualTo(ENTITY);
            }
        }
    }

    @Test
    void gcmIsOpened() {
        for (String recipient : List.of(Users.ALICE_RSA, Users.CAROL_EC)) {
            byte[] cms =
                    road().openssl().encrypt(MailRoad.octets(ENTITY), List.of(identity(recipient)), "-aes-256-gcm");
            SmimeMail arrived =
                    receive("gcm", Users.BOB_RSA, recipient, SmimeMail.pkcs7Mime("authEnveloped-data", cms));

            assertThat(arrived.enclosed().text()).isEqualTo(ENTITY);
        }
    }

    @Test
    void signedThenEncryptedMailOfEveryPeerIsOpenedAndVerified() {
        for (SmimePeer peer : road().peers()) {
            byte[] signature = peer.signDetached(MailRoad.octets(ENTITY), identity(Users.DORA_EC));
            byte[] cms = peer.encrypt(
                    MailRoad.octets(SmimeMail.clearSigned(ENTITY, signature)), List.of(identity(Users.ALICE_RSA)));
            SmimeMail arrived =
                    receive("both", Users.DORA_EC, Users.ALICE_RSA, SmimeMail.pkcs7Mime("enveloped-data", cms));

            assertThat(ModeContract.smimeResults(arrived)).as(peer.toString()).containsExactly("pass");
            assertThat(arrived.signedContent()).isEqualTo(MailRoad.octets(ENTITY));
        }
    }

    @Test
    void lineOf1500OctetsOfForeignSignedMailSurvivesAndVerifies() {
        String entity = SmimeMail.entity("x".repeat(1500) + "\r\n");
        byte[] signature = road().openssl().signDetached(MailRoad.octets(entity), identity(Users.BOB_RSA));
        String id = id("long-line");
        SmimeMail arrived = receive(
                id,
                SmimeMail.clearSigned(id, Users.BOB_RSA, Users.ALICE_RSA, entity, signature),
                Users.BOB_RSA,
                Users.ALICE_RSA);

        assertThat(ModeContract.smimeResults(arrived)).containsExactly("pass");
        for (SmimePeer peer : road().peers()) {
            SmimePeer.expectGood(peer.verifyDetached(arrived.signature(), arrived.signedContent()));
        }
        assertThat(arrived.signedContent()).isEqualTo(MailRoad.octets(entity));
    }

    /** Dovecot finds OpenSSL's signature under each number that the record has. */
    @Test
    void signedPartsInMailOfAListAreNamedInTheRecordAlone() {
        Requirements.programs("doveadm", "python3");
        byte[] signature = road().openssl().signDetached(MailRoad.octets(ENTITY), identity(Users.BOB_RSA));
        String id = id("list");
        SmimeMail written = SmimeMail.clearSigned(id, Users.BOB_RSA, Users.ALICE_RSA, ENTITY, signature);
        SmimeMail arrived = receive(id, ListMail.sentOn(written), Users.BOB_RSA, Users.ALICE_RSA);
        Await.until(() -> !road().gateway().audit(id).isEmpty(), () -> "no record of " + id);
        Map<?, ?> record = road().gateway().audit(id).getFirst();

        assertThat(ModeContract.smimeResults(arrived)).isEmpty();
        assertThat(record.get("postseal.signature")).isEqualTo("unsigned");
        assertThat(record.get("postseal.signed_parts"))
                .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .satisfiesExactly(
                        part -> assertThat(part).startsWith("1.2 valid; ").endsWith(", From, valid"),
                        part -> assertThat(part).startsWith("3.2 valid; ").endsWith(", From, valid"));
        for (String number : List.of("1.2", "3.2")) {
            assertThat(Base64.getMimeDecoder().decode(ListMail.part(arrived, number)))
                    .as(number)
                    .isEqualTo(signature);
        }
    }

    @Test
    void changedMailIsDeliveredAsFailedAndNeverAsUnsigned() {
        byte[] signature = road().openssl().signDetached(MailRoad.octets(ENTITY), identity(Users.BOB_RSA));
        String id = id("changed");
        String changed = ENTITY.replace("Dear Alice", "Dear Malice");
        SmimeMail arrived = receive(
                id,
                SmimeMail.clearSigned(id, Users.BOB_RSA, Users.ALICE_RSA, changed, signature),
                Users.BOB_RSA,
                Users.ALICE_RSA);

        assertThat(ModeContract.smimeResults(arrived)).containsExactly("fail");
        assertThat(arrived.signedContent()).isEqualTo(MailRoad.octets(changed));
    }

    @Test
    void aResultThatTheSenderForgedIsRemoved() {
        String forged = "Authentication-Results: " + GatewayProcess.AUTHSERV_ID + "; smime=pass\r\n";
        String id = id("forged");
        SmimeMail arrived = receive(
                id,
                SmimeMail.message(id, Users.BOB_RSA, Users.ALICE_RSA, forged + ENTITY),
                Users.BOB_RSA,
                Users.ALICE_RSA);

        assertThat(ModeContract.smimeResults(arrived)).doesNotContain("pass");
        assertThat(arrived.body()).isEqualTo(BODY);
    }

    private static SmimeMail receive(String what, String sender, String recipient, String entity) {
        String id = id(what);
        return receive(id, SmimeMail.message(id, sender, recipient, entity), sender, recipient);
    }

    private static SmimeMail receive(String id, SmimeMail message, String sender, String recipient) {
        road().sendFromPartner(message, sender, recipient);
        return road().arrived(recipient, id);
    }

    private static String id(String what) {
        return what + "-" + NUMBER.getAndIncrement();
    }

    private static Identity identity(String address) {
        return road().pki().identity(address);
    }

    private static MailRoad road() {
        return Objects.requireNonNull(started, "not started");
    }
}
