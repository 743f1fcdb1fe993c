package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.MessagingException;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.KeyTransRecipientInformation;
import org.bouncycastle.cms.RecipientInformation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * One port serves both directions behind a real Postfix, with OAEP as the peers read it, and internationalised mail.
 */
class OnePortIT {
    private static final String BODY = "Dear reader,\r\n.\r\n..two dots\r\nYours\r\n";
    private static final String ENTITY = SmimeMail.entity(BODY);
    private static final String INTERNATIONAL = octetsOf("b\u00f6b@partner.example");

    private static @Nullable OnePortRoad started;

    @BeforeAll
    static void start() {
        started = OnePortRoad.start("b\u00f6b@partner.example");
    }

    @AfterAll
    static void stop() {
        Closing.all(started);
    }

    @Test
    void mailOfOurOwnClientIsSigned() {
        submit("own-1", OnePortRoad.BOB);

        assertSignedByAlice(road().arrived(OnePortRoad.BOB, "own-1"));
    }

    @Test
    void mailThatALocalProgramHandsToSendmailIsSigned() {
        road().own()
                .sendmail(
                        OnePortRoad.ALICE,
                        List.of(OnePortRoad.BOB),
                        message("local-1", OnePortRoad.ALICE, OnePortRoad.BOB).octets());

        assertSignedByAlice(road().arrived(OnePortRoad.BOB, "local-1"));
    }

    /**
     * What XFORWARD says about a client must not stay with the connection: neither that of the stranger, nor that of
     * our users.
     */
    @Test
    void aStrangerWithAnInternalFromIsNotSignedBetweenTwoOfOurOwn() throws MessagingException {
        submit("turn-1", OnePortRoad.BOB);
        road().sendFromStranger(
                        message("turn-2", OnePortRoad.ALICE, OnePortRoad.BOB), OnePortRoad.ALICE, OnePortRoad.AWAY);
        submit("turn-3", OnePortRoad.BOB);

        SmimeMail strangers = road().arrived(OnePortRoad.BOB, "turn-2");
        assertThat(strangers.kind()).isEqualTo("text/plain");
        assertThat(strangers.body()).isEqualTo(BODY);
        assertSignedByAlice(road().arrived(OnePortRoad.BOB, "turn-1"));
        assertSignedByAlice(road().arrived(OnePortRoad.BOB, "turn-3"));
    }

    @Test
    void encryptedMailFromAStrangerIsOpened() throws MessagingException {
        byte[] cms = road().openssl().encrypt(MailRoad.octets(ENTITY), List.of(road().identity(OnePortRoad.ALICE)));
        road().sendFromStranger(
                        SmimeMail.message(
                                "in-1", OnePortRoad.BOB, OnePortRoad.ALICE, SmimeMail.pkcs7Mime("enveloped-data", cms)),
                        OnePortRoad.BOB,
                        OnePortRoad.ALICE);

        assertThat(road().arrived(OnePortRoad.ALICE, "in-1").enclosed().text()).isEqualTo(ENTITY);
    }

    /** gpgsm 2.4 does not read OAEP, so it is not asked. */
    @Test
    void oaepWithSha256IsReadByOpensslAndNss() throws CMSException {
        submit("oaep-1", OnePortRoad.BOB);

        byte[] cms = road().arrived(OnePortRoad.BOB, "oaep-1").cms();
        assertThat(keyTransport(cms)).isEqualTo(OAEP_SHA256);
        for (SmimePeer peer : List.of(road().openssl(), road().nss())) {
            byte[] content = SmimePeer.expectPlain(peer.decrypt(cms, road().identity(OnePortRoad.BOB)));
            SmimeMail signed = MailRoad.entity(content);
            SmimePeer.expectGood(peer.verifyDetached(signed.signature(), signed.signedContent()));
            assertThat(MailRoad.entity(signed.signedContent()).body()).isEqualTo(BODY);
        }
    }

    @Test
    void oaepWithSha256OfOpensslIsOpened() throws MessagingException, CMSException {
        byte[] cms = Command.of(
                        "openssl",
                        "cms",
                        "-encrypt",
                        "-binary",
                        "-outform",
                        "DER",
                        "-aes-256-cbc",
                        "-recip",
                        road().identity(OnePortRoad.ALICE).certificate(),
                        "-keyopt",
                        "rsa_padding_mode:oaep",
                        "-keyopt",
                        "rsa_oaep_md:sha256")
                .input(MailRoad.octets(ENTITY))
                .output();
        assertThat(keyTransport(cms).getAlgorithm()).isEqualTo(PKCSObjectIdentifiers.id_RSAES_OAEP);
        road().sendFromStranger(
                        SmimeMail.message(
                                "oaep-2",
                                OnePortRoad.BOB,
                                OnePortRoad.ALICE,
                                SmimeMail.pkcs7Mime("enveloped-data", cms)),
                        OnePortRoad.BOB,
                        OnePortRoad.ALICE);

        assertThat(road().arrived(OnePortRoad.ALICE, "oaep-2").enclosed().text())
                .isEqualTo(ENTITY);
    }

    /** An address and header fields are in UTF-8, and every hop announces that (RFC 6531). */
    @Test
    void internationalisedMailIsSignedAndVerified() {
        String subject = octetsOf("Gr\u00fc\u00dfe");
        SmimeMail message = new SmimeMail(MailRoad.octets(
                message("utf8-1", OnePortRoad.ALICE, INTERNATIONAL).text().replace("Test utf8-1", subject)));
        try (SmtpSender sender = SmtpSender.smtp(road().submissionPort())) {
            SmtpSender.Outcome outcome = sender.send(
                    OnePortRoad.ALICE, " SMTPUTF8 BODY=8BITMIME", List.of(INTERNATIONAL), "", message.octets());
            assertThat(outcome.isDelivered()).as(outcome.toString()).isTrue();
        }

        SmimeMail arrived = road().arrived(OnePortRoad.BOB, "utf8-1");
        assertThat(arrived.field("Subject")).isEqualTo(subject);
        assertThat(arrived.field("To")).isEqualTo("<" + INTERNATIONAL + ">");
        assertSignedByAlice(arrived);
    }

    private static void submit(String id, String recipient) {
        SmtpSender.send(
                road().submissionPort(),
                OnePortRoad.ALICE,
                List.of(recipient),
                message(id, OnePortRoad.ALICE, recipient).octets());
    }

    private static SmimeMail message(String id, String sender, String recipient) {
        return SmimeMail.message(id, sender, recipient, ENTITY);
    }

    private static void assertSignedByAlice(SmimeMail arrived) {
        assertThat(SmimePeer.expectGood(road().openssl().verifyMessage(arrived.octets()))
                        .signer())
                .isEqualTo(road().identity(OnePortRoad.ALICE));
        SmimePeer.expectGood(road().nss().verifyDetached(arrived.signature(), arrived.signedContent()));
        assertThat(MailRoad.entity(arrived.signedContent()).body()).isEqualTo(BODY);
    }

    private static AlgorithmIdentifier keyTransport(byte[] cms) throws CMSException {
        RecipientInformation only = new CMSEnvelopedData(cms)
                .getRecipientInfos()
                .getRecipients()
                .iterator()
                .next();
        return ((KeyTransRecipientInformation) only).getKeyEncryptionAlgorithm();
    }

    /**
     * Returns the UTF-8 octets of a text, one in each character, as {@link SmimeMail} and {@link SmtpSender} write
     * them.
     */
    private static String octetsOf(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    private static OnePortRoad road() {
        return Objects.requireNonNull(started, "not started");
    }

    private static final AlgorithmIdentifier SHA256 =
            new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);
    private static final AlgorithmIdentifier OAEP_SHA256 = new AlgorithmIdentifier(
            PKCSObjectIdentifiers.id_RSAES_OAEP,
            new RSAESOAEPparams(
                    SHA256,
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, SHA256),
                    RSAESOAEPparams.DEFAULT_P_SOURCE_ALGORITHM));
}
