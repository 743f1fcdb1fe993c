package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.config.RecipientsConfig;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.delivery.HopDelivery;
import org.postseal.gateway.road.delivery.NextHops;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.policy.protection.EncryptionSettings;

/**
 * A sender of altered ciphertext hears the same as one whose ciphertext opens, whatever the next hop announces: its
 * size limit and the extensions that it lacks say nothing of what a key opened.
 */
class OpenedSizeTest {
    private static final EncryptionSettings CBC =
            new EncryptionSettings(EncryptionSettings.Cipher.AES256_CBC, EncryptionSettings.RsaKeyTransport.PKCS1);
    private static final String LONG = "The secret plan is to sell everything on Monday.\r\n".repeat(980);
    private static final MailParameters SMTPUTF8 = new MailParameters(
            OptionalLong.empty(), MailParameters.Body.EIGHT_BIT_MIME, true, Optional.empty(), Optional.empty());
    private static final String TAKES = "not opened: the next hop takes ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // The columns are: SIZE, less the octets of the message | reply | why it is not opened
                "-8000 | 552 5.3.4 Message too big | " + TAKES,
                "-1 | 552 5.3.4 Message too big | " + TAKES,
                // Our fields do not fit.
                "0 | 552 5.3.4 Message too big | " + TAKES,
                "16383 | 250 2.0.0 Accepted by the next hop | " + TAKES,
                "16384 | 250 2.0.0 Accepted by the next hop | -",
                "1000000 | 250 2.0.0 Accepted by the next hop | -",
            })
    void aLimitOfSizeIsThatOfTheMessageAsItCame(int size, String reply, String why) throws Exception {
        byte[] sealed = SealedCopy.encrypt(CBC, plain("7bit", LONG), Parties.ALICE);
        // A copy that stays closed has its header section twice.
        int least = sealed.length + (reply.startsWith("250") ? header(sealed) : 0);
        assertAlike(sealed, List.of("8BITMIME", "DSN", "SIZE " + (least + size)), MailParameters.NONE, reply, why);
    }

    @Test
    void whatDoesNotFitOnceItsLineEndsAreMendedStaysClosed() throws Exception {
        byte[] sealed = AlteredFateTest.sealed("Content-Type: text/plain\n\n" + "x\n".repeat(30_000));
        assertThat(sealed.length).isLessThan(83_000);
        assertAlike(
                sealed,
                List.of("8BITMIME", "DSN", "SIZE 102000"),
                MailParameters.NONE,
                "250 2.0.0 Accepted by the next hop",
                "not opened: the next hop takes 102000");
    }

    @ParameterizedTest
    @CsvSource({"DSN,8BITMIME", "DSN SMTPUTF8,8BITMIME", "DSN 8BITMIME,SMTPUTF8"})
    void whatTheNextHopLacksIsKnownBefore(String announced, String lacking) throws Exception {
        byte[] sealed = SealedCopy.encrypt(CBC, plain("8bit", "Gr\u00fc\u00dfe\r\n".repeat(60)), Parties.ALICE);
        assertAlike(
                sealed,
                List.of(announced.split(" ", -1)),
                SMTPUTF8,
                "250 2.0.0 Accepted by the next hop",
                "not opened: the next hop does not announce " + lacking);
    }

    private static void assertAlike(
            byte[] sealed, List<String> announced, MailParameters parameters, String reply, String why)
            throws Exception {
        for (byte[] message : List.of(sealed, altered(sealed))) {
            RecordingAudit audit = new RecordingAudit();
            try (ScriptedNextHop server = new ScriptedNextHop(Script.polite(), announced, null)) {
                assertThat(send(server, audit, parameters, message))
                        .extracting(Reply::toString)
                        .containsExactly(reply);
                boolean isOpened = why == null && Arrays.equals(message, sealed);
                assertThat(server.received())
                        .hasSize(reply.startsWith("250") ? 1 : 0)
                        .allSatisfy(received -> assertThat(isClosed(received)).isNotEqualTo(isOpened));
            }
            if (why != null && Arrays.equals(message, sealed)) {
                assertThat(audit.events())
                        .extracting(done -> done.decision().detail())
                        .allSatisfy(detail -> assertThat(detail)
                                .hasValueSatisfying(text ->
                                        assertThat(text).startsWith(reply.startsWith("250") ? why : "before MAIL")));
            }
        }
    }

    private static int header(byte[] message) throws Exception {
        return SealedCopy.scan(message).header().toByteArray().length;
    }

    private static boolean isClosed(Received received) {
        return new String(received.content(), StandardCharsets.ISO_8859_1).contains("application/pkcs7-mime");
    }

    private static List<Reply> send(
            ScriptedNextHop server, RecordingAudit audit, MailParameters parameters, byte[] message) throws Exception {
        NextHopsConfig hops = NextHopsConfig.only(NextHopConfig.smtp(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
                NextHopConfig.TlsMode.NONE,
                Optional.empty()));
        try (NextHops open = NextHops.open(hops, TestRoad.HOST);
                Spool.Scope scope = new Spool.Factory().open()) {
            Admission admission = new Admission(new Origin(TestRoad.trusted()), RecipientsConfig.DEFAULT);
            HopDelivery delivery = new HopDelivery(open);
            Road road = new Road(
                    new Preparer(
                            new OwnFields(TestRoad.HOST, TestRoad.AUTHSERV, LoopMarks.NONE),
                            admission,
                            hops,
                            GroupLookup.none(),
                            new CmsWork(new CryptoGate(2), _ -> {})),
                    new PolicyInForce(TestRoad.rules(), Parties.STORE),
                    delivery,
                    new Records(audit, new Notices(TestRoad.HOST, hops, new NoticeLimit(), delivery)),
                    new Timing(
                            new PreparationWatch(),
                            Duration.ofSeconds(60),
                            StageObserver.none(),
                            InstantSource.fixed(Parties.NOW)));
            return road.receive(
                    Letter.inbound(LMTP, Parties.ALICE).with(parameters).envelope(), RawMessage.of(message), scope);
        }
    }

    private static String plain(String encoding, String text) {
        return "From: bob@partner.example\r\nTo: alice@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: " + encoding
                + "\r\n\r\n" + text;
    }

    /** Alters the last block but one, so that the padding is wrong. */
    private static byte[] altered(byte[] sealed) {
        byte[] object = SealedCopy.cms(sealed);
        object[object.length - 17] ^= (byte) 0x80;
        String header = new String(sealed, StandardCharsets.ISO_8859_1).split("\r\n\r\n", 2)[0] + "\r\n\r\n";
        byte[] body = Base64.getMimeEncoder().encode(object);
        byte[] message = Arrays.copyOf(TestRoad.octets(header), header.length() + body.length + 2);
        System.arraycopy(body, 0, message, header.length(), body.length);
        message[message.length - 2] = '\r';
        message[message.length - 1] = '\n';
        return message;
    }
}
