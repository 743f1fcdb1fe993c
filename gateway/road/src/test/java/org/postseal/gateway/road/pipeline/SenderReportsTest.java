package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.policy.protection.EncryptionSettings;

/**
 * A sender may order reports (RFC 3461), which are a second reply. Like the reply, they tell nobody whether a key of
 * ours opened what was sent, or what was found inside.
 */
class SenderReportsTest {
    private static final EncryptionSettings CBC =
            new EncryptionSettings(EncryptionSettings.Cipher.AES256_CBC, EncryptionSettings.RsaKeyTransport.PKCS1);
    private static final String HEADER = "Content-Type: text/plain; charset=us-ascii\r\n\r\n";
    private static final String OPEN = "{ id: open, when: always, then: { decrypt: ifPossible } }";

    /** What comes, and what a next hop that does not take it says against it. */
    private enum Came {
        ALTERED("4 5.4.0 Error: too many hops"),
        SUSPICIOUS("2 5.2.2 mailbox is over quota"),
        SOUND("0 5.7.1 found: The secret");

        private final String objection;

        Came(String objection) {
            this.objection = objection;
        }

        /** What the next hop says. */
        Reply reply(int kind) {
            return switch (kind) {
                // LMTP servers say to whom they have delivered.
                case 2 -> Reply.of(250, "2.0.0", "<alice@example.com> 1hZ4aB saved");
                case 4 -> Reply.ofText("45" + objection.replace(" 5.", " 4."));
                case 5 -> Reply.ofText("55" + objection);
                default -> throw new IllegalArgumentException("reply " + kind);
            };
        }

        byte[] message() throws Exception {
            return switch (this) {
                case ALTERED -> wronglyPadded();
                case SUSPICIOUS -> sealed("The secret \u0001\u0002\r\n", Parties.ALICE);
                case SOUND -> sealed("The secret\r\n", Parties.ALICE);
            };
        }
    }

    /** What the sender can learn: the reply, and of what the next hop was told to report. */
    private record Learnt(List<Reply> replies, ReversePath reversePath, Optional<String> id, List<String> reports) {}

    /** From inside too: our own users are not trusted with each other's mail, and a peer for both may be misread. */
    @ParameterizedTest
    @CsvSource({
        "2, 250 2.0.0 Accepted by the next hop, INBOUND, '', FAILURE",
        "2, 250 2.0.0 Accepted by the next hop, INBOUND, SUCCESS, FAILURE",
        "2, 250 2.0.0 Accepted by the next hop, INBOUND, 'SUCCESS,FAILURE', FAILURE",
        "2, 250 2.0.0 Accepted by the next hop, INBOUND, 'FAILURE,SUCCESS,DELAY', FAILURE",
        "2, 250 2.0.0 Accepted by the next hop, INBOUND, DELAY, FAILURE",
        "2, 250 2.0.0 Accepted by the next hop, INBOUND, NEVER, NEVER",
        "2, 250 2.0.0 Accepted by the next hop, BOTH, SUCCESS, FAILURE",
        "2, 250 2.0.0 Accepted by the next hop, SUBMISSION, SUCCESS, FAILURE",
        "2, 250 2.0.0 Accepted by the next hop, SUBMISSION, NEVER, NEVER",
        "4, 451 4.0.0 Deferred by the next hop, INBOUND, '', FAILURE",
        "4, 451 4.0.0 Deferred by the next hop, SUBMISSION, SUCCESS, FAILURE",
        "5, 550 5.0.0 Refused by the next hop, INBOUND, '', FAILURE",
        "5, 550 5.0.0 Refused by the next hop, BOTH, NEVER, NEVER",
        "5, 550 5.0.0 Refused by the next hop, SUBMISSION, SUCCESS, FAILURE"
    })
    void nothingThatLeavesTellsWhatWasFound(int said, String heard, Peer.Role role, String asked, String told)
            throws Exception {
        for (Peer.Protocol protocol : Peer.Protocol.values()) {
            for (Came came : Came.values()) {
                assertThat(learnt(protocol, role, asked, came, came.reply(said)))
                        .as("%s %s", protocol, came)
                        .isEqualTo(new Learnt(
                                List.of(Reply.ofText(heard)),
                                new ReversePath.Mailbox(Parties.BOB),
                                Optional.of("Q4711"),
                                List.of(told)));
            }
        }
    }

    @Test
    void theAuditLogHasWhatTheNextHopSaid() throws Exception {
        TestRoad road = new TestRoad(OPEN);
        road.delivery().answer(List.of(List.of(new NextHop.Outcome(Came.ALTERED.reply(5), false))));

        road.send(
                envelope(
                        Peer.Protocol.LMTP,
                        Peer.Role.INBOUND,
                        new Recipient(Parties.ALICE, Optional.empty(), Optional.empty())),
                RawMessage.of(Came.ALTERED.message()));

        assertThat(road.audited(done -> done.delivery().nextHopReply()))
                .containsExactly(Optional.of("554 5.4.0 Error: too many hops"));
    }

    @Test
    void oneHeldCopyTellsTheFailureThatAnyOfItsRecipientsTells() throws Exception {
        TestRoad road = new TestRoad("{ id: hold, when: { content: encrypted }, then: redirect }");

        road.send(
                envelope(
                        Peer.Protocol.LMTP,
                        Peer.Role.INBOUND,
                        new Recipient(Parties.ALICE, Optional.of("NEVER"), Optional.empty()),
                        new Recipient(Parties.ANNA, Optional.of("SUCCESS"), Optional.empty())),
                RawMessage.of(Came.SOUND.message()));

        assertThat(road.sent()).hasSize(1);
        assertThat(road.sent().getFirst().envelope().recipients())
                .containsExactly(new Recipient(Parties.QUARANTINE, Optional.of("FAILURE"), Optional.empty()));
    }

    /** The sender has ordered the whole message back, and their reverse path may be outside. */
    @Test
    void whatADemandHoldsBackComesBackWithoutItsText() throws Exception {
        TestRoad road =
                new TestRoad("{ id: hold, when: always, then: { encrypt: required, onMissingCertificate: redirect } }");
        Recipient unknown = new Recipient(MailAddress.of("nobody@partner.example"), Optional.empty(), Optional.empty());
        byte[] message = (SpoofForge.FROM_BOB + HEADER + "Hello\r\n").getBytes(StandardCharsets.US_ASCII);

        road.send(envelope(Peer.Protocol.LMTP, Peer.Role.SUBMISSION, unknown), RawMessage.of(message));

        assertThat(road.sent().getFirst().recipients()).containsExactly("quarantine@example.com");
        assertThat(road.sent().getFirst().envelope().parameters().ret()).contains(MailParameters.Ret.HDRS);
    }

    /** Where there is nothing to tell, the sender hears what they asked for, in the next hop's words. */
    @ParameterizedTest
    @CsvSource({"true, adam@example.com", "true, bob@partner.example", "false, alice@example.com"})
    void reportsOfOtherMailStay(boolean isEncrypted, String to) throws Exception {
        MailAddress reader = MailAddress.of(to);
        String clear = SpoofForge.FROM_BOB + HEADER + "Hello\r\n";
        byte[] message = isEncrypted ? sealed("Hello\r\n", Parties.BOB) : clear.getBytes(StandardCharsets.US_ASCII);
        Recipient asking = new Recipient(reader, Optional.of("SUCCESS,DELAY"), Optional.of("rfc822;" + to));
        TestRoad road = new TestRoad();

        assertThat(road.send(envelope(Peer.Protocol.LMTP, Peer.Role.SUBMISSION, asking), RawMessage.of(message)))
                .containsExactly(RecordingDelivery.ACCEPTED);

        assertThat(road.sent().getFirst().envelope().recipients()).containsExactly(asking);
    }

    private static Learnt learnt(Peer.Protocol protocol, Peer.Role role, String asked, Came came, Reply said)
            throws Exception {
        TestRoad road = new TestRoad(OPEN);
        road.delivery().answer(List.of(List.of(new NextHop.Outcome(said, false))));
        Recipient alice =
                new Recipient(Parties.ALICE, Optional.of(asked).filter(word -> !word.isEmpty()), Optional.empty());

        List<Reply> replies = road.send(envelope(protocol, role, alice), RawMessage.of(came.message()));

        assertThat(road.sent()).hasSize(1);
        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(sent.recipients()).containsExactly("alice@example.com");
        assertThat(SealedCopy.scan(SealedCopy.part(sent.octets())).contentType().is("text", "plain"))
                .isEqualTo(came == Came.SOUND);
        return new Learnt(
                replies,
                sent.envelope().reversePath(),
                sent.envelope().parameters().envelopeId(),
                sent.envelope().recipients().stream()
                        .map(recipient -> recipient.notifyWhen().orElse(""))
                        .toList());
    }

    private static Envelope envelope(Peer.Protocol protocol, Peer.Role role, Recipient... recipients) {
        MailParameters parameters = new MailParameters(
                OptionalLong.empty(),
                MailParameters.Body.SEVEN_BIT,
                false,
                Optional.of(MailParameters.Ret.FULL),
                Optional.of("Q4711"));
        ReversePath bob = new ReversePath.Mailbox(Parties.BOB);
        Letter letter = new Letter(protocol, role, true, bob, List.of(), Optional.empty(), parameters);
        return new Envelope(
                new QueueId("Q1"),
                letter.from(),
                List.of(recipients),
                letter.parameters(),
                letter.peer(),
                Parties.NOW,
                Intake.now());
    }

    private static byte[] sealed(String text, MailAddress reader) throws Exception {
        return SealedCopy.encrypt(CBC, SpoofForge.FROM_BOB + HEADER + text, reader);
    }

    /** An encrypted message of Bob to Alice, in CBC, with an altered last block. */
    static byte[] wronglyPadded() throws Exception {
        ContentInfo info = ContentInfo.getInstance(SealedCopy.cms(Came.SOUND.message()));
        EnvelopedData data = EnvelopedData.getInstance(info.getContent());
        EncryptedContentInfo content = data.getEncryptedContentInfo();
        byte[] blocks = content.getEncryptedContent().getOctets();
        blocks[blocks.length - 17] ^= (byte) 0x80;
        EncryptedContentInfo altered = new EncryptedContentInfo(
                content.getContentType(), content.getContentEncryptionAlgorithm(), new DEROctetString(blocks));
        byte[] object = new ContentInfo(
                        info.getContentType(),
                        new EnvelopedData(data.getOriginatorInfo(), data.getRecipientInfos(), altered, (ASN1Set) null))
                .getEncoded("DER");
        return TestRoad.octets(SpoofForge.FROM_BOB
                + "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n" + SpoofForge.base64(object) + "\r\n");
    }
}
