package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.SmtpSender;

/** What must hold however the gateway is put between mail servers. All tests of a class share one road. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ModeContract {
    static final String BODY = "Dear reader,\r\n.\r\n..two dots\r\nthe-secret-of-the-day\r\nYours\r\n";
    static final String ENTITY = SmimeMail.entity(BODY);
    static final String GROUP = "group@example.com";
    private static final Pattern SMIME_RESULT = Pattern.compile(";\\s*smime=(\\w+)");

    private final ModeRoad road;

    ModeContract(ModeRoad road) {
        this.road = road;
    }

    ModeRoad road() {
        return road;
    }

    @AfterAll
    void stop() {
        road.close();
    }

    /** Notifications to own users about their own mail stay in the house, so only those to others are checked. */
    @AfterEach
    void nobodyIsHeldAndNoNotificationTellsTheOutsideWhatWasSecret() {
        road.gate().release();
        for (SmimeMail notification : road.notifications(ModeRoad.BOB, ModeRoad.DORA, ModeRoad.NINA)) {
            assertThat(notification
                            .text()
                            .lines()
                            .filter(BODY.lines()
                                    .filter(line -> line.length() > 2)
                                    .toList()::contains))
                    .as(notification.text())
                    .isEmpty();
        }
    }

    @Test
    void ownUsersMailLeavesSignedAndEncrypted() {
        assertThat(road.submit(fromAlice("out-1", ModeRoad.BOB), ModeRoad.ALICE, ModeRoad.BOB)
                        .isDelivered())
                .isTrue();

        assertProtected(road.arrived(ModeRoad.BOB, "out-1"), ModeRoad.BOB);
        road.own().awaitEmptyQueue();
    }

    @Test
    void mailFromOutsideIsOpenedAndVerified() {
        assertThat(road.sendFromOutside(toAlice("in-1"), ModeRoad.BOB, ModeRoad.ALICE)
                        .isDelivered())
                .isTrue();

        SmimeMail arrived = road.arrived(ModeRoad.ALICE, "in-1");
        assertThat(smimeResults(arrived)).containsExactly("pass");
        assertThat(arrived.signedContent()).isEqualTo(MailRoad.octets(ENTITY));
    }

    @Test
    void mailFromOutsideInTheNameOfAnOwnUserIsNotSigned() {
        road.sendFromOutside(
                SmimeMail.message("forged-1", ModeRoad.ALICE, ModeRoad.PLAIN, ENTITY), ModeRoad.BOB, ModeRoad.PLAIN);

        SmimeMail arrived = road.arrived(ModeRoad.PLAIN, "forged-1");
        assertThat(arrived.kind()).isEqualTo("text/plain");
        assertThat(arrived.body()).isEqualTo(BODY);
    }

    /** Lists write VERP, forwarders SRS, and some domains have an underscore. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bounces+12345678-abcd-firstname.lastname=a.long.customer-domain.example@partner.example",
                "SRS0=Ab1x=EF=em8421.newsletter.partner.example=bounces+12345-abcd-alice=example.com@partner.example",
                "news@my_shop.partner.example"
            })
    void mailFromSendersWithLongNamesIsTaken(String sender) {
        String id = "sender-" + sender.length();

        road.sendFromOutside(SmimeMail.message(id, ModeRoad.BOB, ModeRoad.PLAIN, ENTITY), sender, ModeRoad.PLAIN);

        assertThat(road.arrived(ModeRoad.PLAIN, id).body()).isEqualTo(BODY);
    }

    @Test
    void whatCannotBeEncryptedIsRefusedAndTheSenderIsTold() {
        assertRefused(road.submit(fromAlice("nocert-1", ModeRoad.NINA), ModeRoad.ALICE, ModeRoad.NINA), "nocert-1");

        road.own().awaitEmptyQueue();
        assertThat(road.partner().mailbox(ModeRoad.NINA)).isEmpty();
    }

    @Test
    void whatTheNextHopDefersWaitsUpstreamAndArrivesOnce() {
        road.gate().hold(ModeRoad.BOB);
        SmimeMail message = fromAlice("later-1", ModeRoad.BOB);
        SmtpSender.Outcome outcome = road.submit(message, ModeRoad.ALICE, ModeRoad.BOB);
        assertDeferred(outcome, ModeRoad.BOB);
        assertThat(road.count(ModeRoad.BOB, "later-1")).isZero();

        road.gate().release();
        retry(message, ModeRoad.ALICE, ModeRoad.BOB);

        assertProtected(road.arrived(ModeRoad.BOB, "later-1"), ModeRoad.BOB);
        road.own().awaitEmptyQueue();
        assertThat(road.count(ModeRoad.BOB, "later-1")).isEqualTo(1);
    }

    /** Dora's copy is a blind one, and so the second unit. */
    @Test
    void ofTwoCopiesOneIsDeferredAndNobodyHasItTwice() {
        road.gate().hold(ModeRoad.DORA);
        SmimeMail message = fromAlice("partly-1", ModeRoad.BOB);
        SmtpSender.Outcome outcome = road.submit(message, ModeRoad.ALICE, ModeRoad.BOB, ModeRoad.DORA);
        road.arrived(ModeRoad.BOB, "partly-1");
        assertDeferred(outcome, ModeRoad.DORA);
        assertPartlyDeferred("partly-1");

        road.gate().release();
        retry(message, ModeRoad.ALICE, ModeRoad.BOB, ModeRoad.DORA);

        assertProtected(road.arrived(ModeRoad.DORA, "partly-1"), ModeRoad.DORA);
        road.own().awaitEmptyQueue();
        road.partner().awaitEmptyQueue();
        assertThat(road.count(ModeRoad.BOB, "partly-1")).isEqualTo(1);
        assertThat(road.count(ModeRoad.DORA, "partly-1")).isEqualTo(1);
    }

    /** Carol's mailbox is full. Postfix finds that out behind the gateway. */
    @Test
    void aBounceOfOpenedMailCarriesTheHeaderSectionOnly() {
        road.sendFromOutside(sealedFor(ModeRoad.CAROL, "bounce-1"), ModeRoad.BOB, ModeRoad.CAROL);

        SmimeMail bounce = road.arrived(ModeRoad.BOB, "bounce-1");
        assertThat(bounce.text().lines().filter(line -> line.startsWith("Status:")))
                .containsExactly("Status: 5.2.2");
        assertThat(bounce.text().lines().filter(line -> line.startsWith("Content-Type: ")))
                .contains("Content-Type: text/rfc822-headers")
                .doesNotContain("Content-Type: message/rfc822");
        // The record is written before the upstream gets its reply.
        road.own().awaitEmptyQueue();
        road.partner().awaitEmptyQueue();
        assertThat(road.gateway().audit("bounce-1").getFirst().get("postseal.incoming"))
                .isEqualTo("opened");
    }

    /** Where MAIL FROM is outside, a bounce of Postfix would carry out what the gateway has refused. */
    @Test
    void whatIsRefusedGoesBackWithoutItsText() {
        SmtpSender.Outcome outcome = road.submit(fromAlice("back-1", ModeRoad.NINA), ModeRoad.DORA, ModeRoad.NINA);

        road.own().awaitEmptyQueue();
        road.partner().awaitEmptyQueue();
        List<SmimeMail> bounces = road.notifications(ModeRoad.DORA).stream()
                .filter(bounce -> bounce.text().contains(MailRoad.mark("back-1")))
                .toList();
        assertThat(bounces)
                .hasSize(outcome.isDelivered() ? 1 : 0)
                .allSatisfy(
                        bounce -> assertThat(bounce.text().lines().filter(line -> line.startsWith("Content-Type: ")))
                                .contains("Content-Type: text/rfc822-headers")
                                .doesNotContain("Content-Type: message/rfc822"));
    }

    /** The policy demands nothing of mail that comes from outside, so none of ours may leave that way. */
    @Test
    void ownUsersMailDoesNotLeaveByThePortForMailFromOutside() {
        SmtpSender.Outcome outcome = road.sendFromOutsideAs(
                "127.0.0.9", fromAlice("port-1", "nina@third.example"), ModeRoad.ALICE, "nina@third.example");

        assertThat(outcome.recipients()).singleElement().asString().startsWith("554 5.7.1 ");
    }

    /** Rules know our mailboxes by one name, and Postfix must not take mail for them by another one. */
    @ParameterizedTest
    @ValueSource(strings = {"plain@mail.example.com", "plain@localhost", "nina@lists.example.com"})
    void noMailIsTakenForANameThatThePolicyDoesNotKnow(String recipient) {
        SmtpSender.Outcome outcome = road.sendFromOutsideAs(
                "127.0.0.9", SmimeMail.message("name-1", ModeRoad.BOB, recipient, ENTITY), ModeRoad.BOB, recipient);

        assertThat(outcome.recipients()).singleElement().asString().startsWith("554 5.7.1 ");
    }

    /** An alias that keeps its own address comes to local(8), which must not expand it once more. */
    @Test
    void nobodyGetsMailByAnAliasThatIsExpandedBehindTheGateway() {
        road.submit(SmimeMail.message("group-1", ModeRoad.PLAIN, GROUP, ENTITY), ModeRoad.PLAIN, GROUP);

        road.arrived(GROUP, "group-1");
        road.own().awaitEmptyQueue();
        road.partner().awaitEmptyQueue();
        assertThat(road.count(ModeRoad.BOB, "group-1")).isEqualTo(membersBeforeTheGateway());
    }

    /** Returns how many members outside an alias is expanded to. */
    int membersBeforeTheGateway() {
        return 1;
    }

    /** {@code postsuper -r} hands in anew what waits for the gateway, as mail of this machine. */
    @Test
    void whatHasComeOverTheNetworkIsNotSignedAsMailOfThisMachine() {
        localMail("network-1", "from evil.example (evil.example [192.0.2.66])");
        localMail("host-1", "from localhost (localhost [127.0.0.1])");

        SmimeMail requeued = road.arrived(ModeRoad.BOB, "network-1");
        assertThat(requeued.kind()).isEqualTo("text/plain");
        assertThat(requeued.body()).isEqualTo(BODY);
        assertThat(road.arrived(ModeRoad.BOB, "host-1").kind()).isEqualTo("multipart/signed");
    }

    private void localMail(String id, String from) {
        String received = "Received: " + from
                + "\n\tby mail.example.com (Postfix) with ESMTP id 91EB; 1 Dec 2026 04:37:37 +0000\n";
        SmimeMail message = SmimeMail.message(id, ModeRoad.CAROL, ModeRoad.BOB, ENTITY);
        road.own().sendmail(ModeRoad.CAROL, List.of(ModeRoad.BOB), MailRoad.octets(received + message.text()));
    }

    /** Checks what the sender is told about refused mail. */
    void assertRefused(SmtpSender.Outcome outcome, String id) {
        assertThat(outcome.isDelivered()).isTrue();
        SmimeMail bounce = road.arrived(ModeRoad.ALICE, id);
        assertThat(bounce.kind()).isEqualTo("multipart/report");
        assertThat(bounce.text().lines().filter(line -> line.startsWith("Status:")))
                .containsExactly("Status: 5.7.1");
    }

    /** Checks that the upstream keeps deferred mail. */
    void assertDeferred(SmtpSender.Outcome outcome, String recipient) {
        assertThat(outcome.isDelivered()).isTrue();
        assertThat(road.own().awaitDeferred(recipient).reason()).contains("451 4.2.1");
    }

    /** Checks for whom the upstream keeps a message of Alice to Bob and Dora if Dora's copy failed. */
    void assertPartlyDeferred(String id) {
        assertThat(road.own().deferred().stream().map(PrivatePostfix.Deferred::recipient))
                .containsExactlyInAnyOrder(ModeRoad.BOB, ModeRoad.DORA);
    }

    /** Lets the upstream try again. */
    void retry(SmimeMail message, String sender, String... recipients) {
        road.own().flush();
    }

    SmimeMail fromAlice(String id, String to) {
        return SmimeMail.message(id, ModeRoad.ALICE, to, ENTITY);
    }

    /** Returns a message that is signed by Bob and encrypted for Alice. */
    SmimeMail toAlice(String id) {
        return sealedFor(ModeRoad.ALICE, id);
    }

    private SmimeMail sealedFor(String reader, String id) {
        byte[] signature = road.openssl().signDetached(MailRoad.octets(ENTITY), road.identity(ModeRoad.BOB));
        byte[] cms = road.openssl()
                .encrypt(MailRoad.octets(SmimeMail.clearSigned(ENTITY, signature)), List.of(road.identity(reader)));
        return SmimeMail.message(id, ModeRoad.BOB, reader, SmimeMail.pkcs7Mime("enveloped-data", cms));
    }

    void assertProtected(SmimeMail arrived, String reader) {
        byte[] content = SmimePeer.expectPlain(road.openssl().decryptMessage(arrived.octets(), road.identity(reader)));
        SmimeMail signed = MailRoad.entity(content);
        assertThat(SmimePeer.expectGood(road.openssl().verifyDetached(signed.signature(), signed.signedContent()))
                        .signer())
                .isEqualTo(road.identity(ModeRoad.ALICE));
        assertThat(MailRoad.entity(signed.signedContent()).body()).isEqualTo(BODY);
    }

    /** Returns what our own Authentication-Results fields say about S/MIME (RFC 7281 §3). */
    static List<String> smimeResults(SmimeMail message) {
        return message.fields("Authentication-Results").stream()
                .filter(field -> field.startsWith(GatewayProcess.AUTHSERV_ID + ";"))
                .flatMap(field -> SMIME_RESULT.matcher(field).results())
                .map(match -> match.group(1))
                .toList();
    }
}
