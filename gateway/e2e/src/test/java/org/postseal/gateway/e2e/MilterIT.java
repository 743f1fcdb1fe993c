package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.SmtpSender;

/** Runs OpenDKIM, rspamd and ClamAV beside the gateway, each on the side where it belongs. */
class MilterIT {
    private static final String BODY = "Dear reader,\r\nthe-secret-of-the-day\r\nYours truly\r\n";
    private static final String ENTITY = SmimeMail.entity(BODY);
    private static final String INFECTED =
            "Content-Type: application/octet-stream; name=test.com\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                    + Base64.getMimeEncoder().encodeToString(MailRoad.octets(Milters.EICAR)) + "\r\n";

    private static @Nullable Milters started;
    private static @Nullable ModeRoad startedRoad;

    @BeforeAll
    static void start() {
        Milters.require();
        Requirements.postfix();
        started = new Milters();
        startedRoad = Modes.with(started);
    }

    @AfterAll
    static void stop() {
        Closing.all(startedRoad, started);
    }

    @AfterEach
    void noNotificationTellsTheOutsideWhatWasSecret() {
        for (SmimeMail notification : road().notifications(ModeRoad.BOB, ModeRoad.DORA, ModeRoad.NINA)) {
            assertThat(notification.text())
                    .doesNotContain("the-secret-of-the-day")
                    .doesNotContain(Milters.EICAR)
                    .doesNotContain(INFECTED.lines().toList().getLast());
        }
    }

    @Test
    void dkimPassesOnWhatWeSignedAndEncrypted() {
        road().submit(SmimeMail.message("out-1", ModeRoad.ALICE, ModeRoad.BOB, ENTITY), ModeRoad.ALICE, ModeRoad.BOB);

        SmimeMail arrived = arrived(ModeRoad.BOB, "out-1");
        assertThat(arrived.kind()).isEqualTo("application/pkcs7-mime enveloped-data");
        assertThat(results(arrived, "mail.partner.example", "dkim")).containsExactly("pass example.com");
    }

    @Test
    void dkimPassesOnWhatWeSignedInClear() {
        road().submit(SmimeMail.message("out-4", ModeRoad.CAROL, ModeRoad.BOB, ENTITY), ModeRoad.CAROL, ModeRoad.BOB);

        SmimeMail arrived = arrived(ModeRoad.BOB, "out-4");
        assertThat(arrived.kind()).isEqualTo("multipart/signed");
        assertThat(results(arrived, "mail.partner.example", "dkim")).containsExactly("pass example.com");
        assertThat(SmimePeer.expectGood(road().openssl().verifyMessage(arrived.octets()))
                        .signer())
                .as("and so does our signature")
                .isEqualTo(road().identity(ModeRoad.CAROL));
    }

    @Test
    void dkimPassesOnWhatWeOnlyPassedOn() {
        road().submit(SmimeMail.message("out-2", ModeRoad.PLAIN, ModeRoad.BOB, ENTITY), ModeRoad.PLAIN, ModeRoad.BOB);

        SmimeMail arrived = arrived(ModeRoad.BOB, "out-2");
        assertThat(arrived.body()).isEqualTo(BODY);
        assertThat(results(arrived, "mail.partner.example", "dkim")).containsExactly("pass example.com");
    }

    /** XFORWARD tells OpenDKIM the address of the user's own host. */
    @Test
    void dkimIsSignedForUsersOfOtherHostsToo() {
        try (SmtpSender user = SmtpSender.smtp(road().own().layout().submissionPort())) {
            assertThat(user.exchange("XCLIENT ADDR=192.0.2.77 NAME=[UNAVAILABLE]"))
                    .startsWith("220 ");
            assertThat(user.exchange("EHLO user.example.net")).startsWith("250");
            assertThat(user.send(
                                    ModeRoad.PLAIN,
                                    List.of(ModeRoad.BOB),
                                    SmimeMail.message("out-3", ModeRoad.PLAIN, ModeRoad.BOB, ENTITY)
                                            .octets())
                            .isDelivered())
                    .isTrue();
        }

        assertThat(results(arrived(ModeRoad.BOB, "out-3"), "mail.partner.example", "dkim"))
                .containsExactly("pass example.com");
        assertThat(road().own().log()).contains("orig_client=unknown[192.0.2.77]");
    }

    /** A stranger who sends mail to a forward must not get a signature of our domain for it. */
    @Test
    void mailFromOutsideInTheNameOfAnOwnUserLeavesWithoutOurDkim() {
        road().sendFromOutside(
                        SmimeMail.message("forged-1", ModeRoad.PLAIN, "away@example.com", ENTITY),
                        ModeRoad.BOB,
                        "away@example.com");

        SmimeMail arrived = arrived(ModeRoad.NINA, "forged-1");
        assertThat(arrived.fields("DKIM-Signature").stream().filter(field -> field.contains("d=example.com")))
                .isEmpty();
    }

    @Test
    void dkimAndDmarcAreCheckedBeforeMailIsOpenedAndSealedAfter() {
        road().sendFromOutside(sealedFor(ModeRoad.ALICE, "in-1", ENTITY), ModeRoad.BOB, ModeRoad.ALICE);

        SmimeMail arrived = arrived(ModeRoad.ALICE, "in-1");
        assertThat(MailRoad.entity(arrived.signedContent()).body()).isEqualTo(BODY);
        assertThat(results(arrived, "mail.example.com", "dkim"))
                .as(arrived.head())
                .containsExactly("pass partner.example");
        assertThat(results(arrived, "mail.example.com", "dmarc"))
                .as(arrived.head())
                .containsExactly("pass partner.example");
        assertThat(arrived.field("ARC-Authentication-Results").replaceAll("\\s+", " "))
                .startsWith("i=1; mail.example.com; ")
                .contains("dkim=pass header.d=partner.example", "dmarc=pass", "smime=pass");
        // Opening breaks the sender's DKIM, which is why it is not checked again. It does not break the seal.
        assertThat(milters().found(arrived.octets())).contains("ARC_ALLOW", "R_DKIM_REJECT");
    }

    @Test
    void theDkimOfWhatIsNotOpenedHoldsBehindTheGatewayToo() {
        road().sendFromOutside(
                        SmimeMail.message("in-2", ModeRoad.BOB, ModeRoad.PLAIN, ENTITY), ModeRoad.BOB, ModeRoad.PLAIN);

        SmimeMail arrived = arrived(ModeRoad.PLAIN, "in-2");
        assertThat(results(arrived, "mail.example.com", "dmarc"))
                .as(arrived.head())
                .containsExactly("pass partner.example");
        assertThat(milters().found(arrived.octets())).contains("ARC_ALLOW", "R_DKIM_ALLOW", "DMARC_POLICY_ALLOW");
    }

    /** The seal must cover what this host found, and not what the sender claims. */
    @Test
    void resultsThatTheSenderForgedAreNotSealed() {
        String forged = "Authentication-Results: mail.example.com; dkim=pass header.d=forged.example\r\n"
                + "Authentication-Results: " + GatewayProcess.AUTHSERV_ID + "; smime=pass reason=forged.example\r\n";
        road().sendFromOutside(
                        SmimeMail.message("forged-2", ModeRoad.BOB, ModeRoad.PLAIN, forged + ENTITY),
                        ModeRoad.BOB,
                        ModeRoad.PLAIN);

        SmimeMail arrived = arrived(ModeRoad.PLAIN, "forged-2");
        assertThat(arrived.field("ARC-Authentication-Results")).contains("dmarc=pass");
        assertThat(arrived.text()).doesNotContain("forged.example");
    }

    /** The domain has {@code p=reject} and the message no signature, so it is refused before the gateway. */
    @Test
    void whatFailsDmarcDoesNotReachTheGateway() {
        try (SmtpSender stranger = SmtpSender.smtp(road().own().layout().inboundPort())) {
            SmtpSender.Outcome outcome = stranger.send(
                    "eve@elsewhere.example",
                    List.of(ModeRoad.PLAIN),
                    SmimeMail.message("dmarc-1", ModeRoad.BOB, ModeRoad.PLAIN, ENTITY)
                            .octets());
            assertThat(outcome.data()).singleElement().asString().startsWith("5");
        }
        assertThat(road().gateway().audit("dmarc-1")).isEmpty();
    }

    @Test
    void aVirusInsideEncryptedMailIsHeldAndTheSenderHearsNothing() {
        road().sendFromOutside(sealedFor(ModeRoad.ALICE, "virus-1", INFECTED), ModeRoad.BOB, ModeRoad.ALICE);

        Await.until(
                () -> road().own().held().equals(List.of(ModeRoad.ALICE)),
                () -> road().own().log() + milters().log());
        road().own().discardHeld();
        road().own().awaitEmptyQueue();
        assertThat(road().count(ModeRoad.ALICE, "virus-1")).isZero();
        assertThat(road().notifications(ModeRoad.BOB).stream()
                        .filter(mail -> mail.text().contains("<virus-1@test>")))
                .isEmpty();
        assertThat(road().gateway().audit("virus-1"))
                .singleElement()
                .satisfies(record -> assertThat(record.get("postseal.incoming")).isEqualTo("opened"));
    }

    @Test
    void whereItIsRefusedTheBounceCarriesTheHeaderSectionOfWhatWasSent() {
        SmimeMail sent = sealedFor(ModeRoad.CAROL, "virus-2", INFECTED);
        road().sendFromOutside(sent, ModeRoad.BOB, ModeRoad.CAROL);

        SmimeMail bounce = arrived(ModeRoad.BOB, "virus-2");
        assertThat(bounce.kind()).isEqualTo("multipart/report");
        assertThat(bounce.text().lines())
                .contains("Content-Type: text/rfc822-headers")
                .anyMatch(line -> line.startsWith("Content-Type: application/pkcs7-mime"))
                .doesNotContain(sent.body().lines().toList().getFirst());
        assertThat(bounce.text().lines().filter(line -> line.startsWith("Status:")))
                .containsOnly("Status: 5.0.0");
        assertThat(road().count(ModeRoad.CAROL, "virus-2")).isZero();
    }

    /** Returns a message that is signed by Bob and encrypted for the reader. */
    private static SmimeMail sealedFor(String reader, String id, String entity) {
        byte[] signature = road().openssl().signDetached(MailRoad.octets(entity), road().identity(ModeRoad.BOB));
        byte[] cms = road().openssl()
                .encrypt(MailRoad.octets(SmimeMail.clearSigned(entity, signature)), List.of(road().identity(reader)));
        return SmimeMail.message(id, ModeRoad.BOB, reader, SmimeMail.pkcs7Mime("enveloped-data", cms));
    }

    /** Returns the result and domain of this method in the fields of this host (RFC 8601 §2.2). */
    private static List<String> results(SmimeMail message, String host, String method) {
        return message.fields("Authentication-Results").stream()
                .filter(field -> field.startsWith(host + ";"))
                .flatMap(field -> Pattern.compile("\\b" + method + "=(\\w+)[^;]*?header\\.(?:d|from)=([\\w.]+)")
                        .matcher(field.replaceAll("\\s+", " "))
                        .results())
                .map(match -> match.group(1) + " " + match.group(2))
                .toList();
    }

    private static SmimeMail arrived(String recipient, String id) {
        try {
            return road().arrived(recipient, id);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + milters().log(), e);
        }
    }

    private static Milters milters() {
        return Objects.requireNonNull(started, "not started");
    }

    private static ModeRoad road() {
        return Objects.requireNonNull(startedRoad, "not started");
    }
}
