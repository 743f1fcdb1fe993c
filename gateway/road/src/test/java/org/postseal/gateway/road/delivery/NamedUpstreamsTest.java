package org.postseal.gateway.road.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.AddressRange;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.UpstreamConfig;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.Release;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.road.journal.MemoryJournal;
import org.postseal.gateway.road.journal.Upstreams;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop.Outcome;
import org.postseal.policy.outcome.Reason;

/**
 * Tests who counts as one upstream, with and without names. A reply of ours that is cut is one that nobody tells the
 * journal of.
 */
class NamedUpstreamsTest {
    private static final Duration RETENTION = Duration.ofDays(6);
    private static final Duration LATER = Duration.ofMinutes(5);
    private static final RawMessage MESSAGE = RawMessage.of(
            "Message-ID: <1@example.com>\r\nSubject: disk is full\r\n\r\nhelp\r\n".getBytes(StandardCharsets.US_ASCII));
    private static final String LOOPBACK = "127.0.0.1";
    private static final String ONE = "192.0.2.1";
    private static final String OTHER = "192.0.2.2";

    private final MemoryJournal.Rows rows = new MemoryJournal.Rows(Duration.ofMillis(200));
    private final List<String> sent = new ArrayList<>();
    private Outcome outcome = new Outcome(Reply.of(250, "2.0.0", "queued as 4ABC"), false);
    private Instant now = Instant.parse("2026-11-26T10:00:00Z");
    private int attempts;

    @Test
    void withoutNamesTwoServersOnTwoLoopbacksLoseMailToASharedJournal() throws Exception {
        Delivery here = node();
        Delivery there = node();
        String _ = comes(here, LOOPBACK);
        String second = comes(there, LOOPBACK);
        assertThat(sent).as("the second server's mail is answered 250 and lost").containsExactly("Q1");
        assertThat(second).isEqualTo("suppressed");
    }

    @Test
    void withNamesTheyAreTwo() throws Exception {
        Delivery here = node(upstream("mta-here", "127.0.0.0/8"));
        Delivery there = node(upstream("mta-there", "127.0.0.0/8"));
        assertThat(comes(here, LOOPBACK)).isEqualTo("sent");
        assertThat(comes(there, LOOPBACK)).isEqualTo("sent");
        assertThat(comes(there, LOOPBACK)).as("a retry is one still").isEqualTo("suppressed");
        assertThat(sent).containsExactly("Q1", "Q2");
    }

    @Test
    void aRetryFromAnotherAddressOfAPoolIsSentTwiceWithoutAName() throws Exception {
        Delivery gateway = node();
        assertThat(comes(gateway, ONE)).isEqualTo("sent");
        assertThat(comes(gateway, OTHER)).isEqualTo("sent");
    }

    @Test
    void andOnceWithAName() throws Exception {
        Delivery gateway = node(upstream("pool", "192.0.2.0/24"));
        assertThat(comes(gateway, ONE)).isEqualTo("sent");
        assertThat(comes(gateway, OTHER)).isEqualTo("suppressed");
        assertThat(comes(gateway, "198.51.100.1")).as("somebody else").isEqualTo("sent");
        assertThat(sent).containsExactly("Q1", "Q3");
    }

    @Test
    void aRetryThatBeganBeforeTheNameIsNotSentAgain() throws Exception {
        assertThat(comes(node(), ONE)).isEqualTo("sent");
        now = now.plus(LATER);
        Delivery named = node(upstream("pool", "192.0.2.0/24"));
        assertThat(comes(named, ONE)).isEqualTo("suppressed");
        named.told(new QueueId("Q2"));
        assertThat(comes(named, ONE)).as("the next mail that looks the same").isEqualTo("sent");
        assertThat(comes(named, OTHER)).as("it has the new key").isEqualTo("suppressed");
        assertThat(sent).containsExactly("Q1", "Q3");
    }

    @Test
    void aDoubtThatBeganBeforeTheNameGoesOnUnderIt() throws Exception {
        outcome = new Outcome(
                Reply.of(Reason.NEXT_HOP_BROKE_OFF), true, Optional.of(Reason.NEXT_HOP_BROKE_OFF), Optional.empty());
        assertThat(comes(node(), ONE)).isEqualTo("sent");
        now = now.plus(LATER);
        Delivery named = node(upstream("pool", "192.0.2.0/24"));
        assertThat(comes(named, ONE)).isEqualTo("sent again, in doubt");
        outcome = new Outcome(Reply.of(250, "2.0.0", "queued as 4ABC"), false);
        assertThat(comes(named, ONE)).isEqualTo("sent again, in doubt");
        assertThat(comes(named, OTHER)).isEqualTo("suppressed");
        assertThat(rows.all().stream().filter(row -> row.state() == JournalState.ACCEPTED))
                .singleElement()
                .satisfies(row -> assertThat(row.doubts()).isEqualTo(2));
    }

    @Test
    void whenNoRowOfTheOldKeyCanBeLeftItIsLookedUpNoLonger() throws Exception {
        Delivery named = node(upstream("pool", "192.0.2.0/24"));
        now = now.plus(RETENTION).plus(Duration.ofHours(1)).minusMillis(1);
        try (Attempt _ = node().attempt(envelope(ONE), MESSAGE)) {
            assertThatThrownBy(() -> comes(named, ONE))
                    .as("the old key is reserved as well")
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("still on its way");
            now = now.plusMillis(1);
            assertThat(comes(named, ONE)).isEqualTo("sent");
        }
    }

    /** A peer at the same address whom no name fits has the old key for good. */
    @Test
    void whoeverHasNoNameSuppressesNobodyWhoHasOne() throws Exception {
        Delivery named = node(upstream("pool", "192.0.2.0/24"));
        now = now.plus(Duration.ofHours(2));
        assertThat(comes(node(), ONE)).isEqualTo("sent");
        assertThat(comes(named, ONE)).isEqualTo("sent");
    }

    /** Neither the first peer nor what the journal knows of it counts, and the copy is sent once for good. */
    @Test
    void aHeldCopyIsReleasedOnce() throws Exception {
        Delivery gateway = node(upstream("pool", "192.0.2.0/24"));
        assertThat(comes(gateway, ONE)).as("to the quarantine").isEqualTo("sent");
        assertThat(comes(gateway, released(ONE, "0f"))).isEqualTo("sent");
        gateway.told(new QueueId("Q2"));
        assertThat(comes(gateway, released(ONE, "0f"))).isEqualTo("suppressed");
        Delivery other = new JournaledDelivery(
                new MemoryJournal(rows),
                HeardAcceptanceTest.sending(_ -> List.of(outcome)),
                new Upstreams(List.of(), now, RETENTION, true),
                () -> now);
        assertThat(comes(other, released(OTHER, "0f")))
                .as("at another gateway of a fleet")
                .isEqualTo("suppressed");
        assertThat(comes(other, released(OTHER, "0e"))).as("another copy").isEqualTo("sent");
    }

    private Envelope released(String address, String id) {
        Envelope first = envelope(address);
        return new Envelope(
                first.queueId(),
                first.reversePath(),
                first.recipients(),
                first.parameters(),
                first.peer(),
                first.received(),
                first.intake(),
                Optional.of(new Release(id, "root", "asked for")));
    }

    /** Lets the message come, and returns what becomes of it. */
    private String comes(Delivery gateway, String address) throws JournalException {
        return comes(gateway, envelope(address));
    }

    private String comes(Delivery gateway, Envelope envelope) throws JournalException {
        try (Attempt attempt = gateway.attempt(envelope, MESSAGE)) {
            if (attempt.settled(0).isPresent()) {
                return "suppressed";
            }
            var _ = attempt.deliver(List.of(HopFaults.unit(envelope, MESSAGE, List.of(0))), false);
            return attempt.sentAgain().isEmpty() ? "sent" : "sent again, in doubt";
        }
    }

    /** Starts a gateway that has the journal in common with all others, and gives mail to the same next hop. */
    private Delivery node(UpstreamConfig... named) {
        Delivery hop = HeardAcceptanceTest.sending(_ -> {
            sent.add("Q" + attempts);
            return List.of(outcome);
        });
        return new JournaledDelivery(
                new MemoryJournal(rows), hop, new Upstreams(Arrays.asList(named), now, RETENTION), () -> now);
    }

    private static UpstreamConfig upstream(String name, String network) {
        return new UpstreamConfig(name, List.of(), List.of(AddressRange.of(network)), List.of());
    }

    private Envelope envelope(String address) {
        attempts++;
        return new Envelope(
                new QueueId("Q" + attempts),
                new ReversePath.Mailbox(MailAddress.of("cron@example.com")),
                List.of(Recipient.of(MailAddress.of("root@example.net"))),
                MailParameters.NONE,
                new Peer(
                        new InetSocketAddress(InetAddress.ofLiteral(address), 12345),
                        new Peer.Greeting("mx", true),
                        new Peer.Listener(Peer.Protocol.SMTP, Peer.Role.BOTH),
                        true),
                now,
                Intake.now());
    }
}
