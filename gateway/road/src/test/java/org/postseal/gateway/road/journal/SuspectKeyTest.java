package org.postseal.gateway.road.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;

class SuspectKeyTest {
    private static final String LONG = "x".repeat(64 * 1024);

    private static final String FIELDS = """
            From: Bob <bob@partner.example>
            Subject: Report
             4711
            Message-ID: <1@partner.example>
            Date: Tue, 24 Nov 2026 12:00:00 +0000
            """.replace("\n", "\r\n");

    private static final String REPORT = "\r\nYour report is ready.\r\n";

    @Test
    void aRetryHasTheSameKey() throws IOException {
        String first = "Received: by a; 10:00\r\n" + FIELDS + "X-Attempt: 1\r\n" + REPORT;
        String second = "Received: by b;\r\n From: 1:00\r\nReceived: by a; 10:00\r\nX-From: c\r\n" + FIELDS
                + "X-Attempt: 2\r\n" + REPORT;

        assertThat(key("alice", first)).isEqualTo(key("alice", second));
    }

    /** Whoever knows sender and body of mail that comes each day cannot have it blamed for their own. */
    @Test
    void equalBodiesOfEqualSendersAreNotOneMessage() throws IOException {
        assertThat(List.of(
                        key("alice", FIELDS + REPORT),
                        key("alice", FIELDS.replace("Bob <", "Bob,,, <") + REPORT),
                        key("alice", FIELDS.replace(" 4711", " 4712") + REPORT),
                        key("alice", FIELDS.replace("<1@", "<2@") + REPORT),
                        key("alice", FIELDS.replace("12:00", "12:01") + REPORT),
                        key("alice", FIELDS.replace("From:", "X-From:") + REPORT),
                        key("alice", REPORT)))
                .doesNotHaveDuplicates();
        assertThat(key("alice", FIELDS.replace("Subject", "SUBJECT") + REPORT))
                .isEqualTo(key("alice", FIELDS + REPORT));
    }

    /** It is read in pieces, and ends where the body begins. */
    @Test
    void theFieldsMayStandAnywhereInALongHeaderSection() throws IOException {
        String trace = "Received: by a\r\n".repeat(5_000);

        assertThat(key("alice", trace + FIELDS + REPORT)).isEqualTo(key("alice", FIELDS + trace + trace + REPORT));
        assertThat(key("alice", trace + FIELDS + REPORT)).isNotEqualTo(key("alice", trace + REPORT));
        assertThat(key("alice", FIELDS + "\r\n" + LONG + "\r\nFrom: a"))
                .isEqualTo(key("alice", FIELDS + "\r\n" + LONG + "\r\nFrom: b"));
    }

    @Test
    void anotherMessageHasAnother() throws IOException {
        assertThat(List.of(
                        key("alice", "From: a\r\n\r\nbody\r\n"),
                        key("carl", "From: a\r\n\r\nbody\r\n"),
                        key("alice", "From: a\r\n\r\nBody\r\n"),
                        key("alice", "From: a\r\n\r\n" + LONG),
                        key("alice", "From: a\r\n\r\n" + LONG + "y"),
                        // Without a body there is only the header section.
                        key("alice", "From: a\r\n\r\n"),
                        key("alice", "From: b\r\n\r\n"),
                        key("alice", "From: a\r\n"),
                        key("alice", "")))
                .doesNotHaveDuplicates();
        // These have the same length, and the same octets as far as the key looks.
        assertThat(key("alice", "\r\n" + LONG + "y")).isEqualTo(key("alice", "\r\n" + LONG + "z"));
    }

    private static SuspectKey key(String sender, String text) throws IOException {
        Instant now = Instant.parse("2026-11-26T10:00:00Z");
        Envelope envelope = new Envelope(
                QueueId.next(now),
                new ReversePath.Mailbox(MailAddress.of(sender + "@example.com")),
                List.of(Recipient.of(MailAddress.of("bob@partner.example"))),
                MailParameters.NONE,
                new Peer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        new Peer.Greeting("mta.example.com", true),
                        new Peer.Listener(Peer.Protocol.LMTP, Peer.Role.SUBMISSION),
                        true),
                now,
                Intake.now());
        return SuspectKey.of(envelope, RawMessage.of(text.getBytes(StandardCharsets.US_ASCII)));
    }
}
