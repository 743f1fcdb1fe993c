package org.postseal.gateway.road.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalFile;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.road.journal.LedgerJournal;
import org.postseal.gateway.road.journal.MemoryJournal;
import org.postseal.gateway.road.journal.TestJournal;
import org.postseal.gateway.road.journal.Upstreams;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.NextHop.Outcome;
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.policy.outcome.Reason;

/**
 * The thread that reads replies has heard an acceptance, while the thread that waited for it calls the result a doubt.
 */
class HeardAcceptanceTest {
    private static final Reply ACCEPTED = Reply.of(250, "2.0.0", "queued as 4ABC");
    private static final Outcome DOUBT = new Outcome(
            Reply.of(Reason.NEXT_HOP_BROKE_OFF), true, Optional.of(Reason.NEXT_HOP_BROKE_OFF), Optional.empty());

    @TempDir
    private Path folder;

    @Test
    void nobodyDoubtsWhatWasHeard() throws Exception {
        Delivery doubting = sending(acceptance -> {
            acceptance.accepted(1, ACCEPTED);
            return List.of(DOUBT, DOUBT);
        });
        RawMessage message = message();
        Envelope envelope = envelope();
        try (TestJournal journal = TestJournal.open(
                folder.resolve("journal.db"), Duration.ofDays(1), Duration.ofSeconds(30), InstantSource.system())) {
            Delivery delivery = new JournaledDelivery(journal, doubting, Upstreams.UNNAMED, InstantSource.system());
            try (Attempt attempt = delivery.attempt(envelope, message)) {
                assertThat(attempt.deliver(List.of(HopFaults.unit(envelope, message, List.of(0, 1))), false))
                        .isEqualTo(Map.of(0, DOUBT, 1, new Outcome(ACCEPTED, false)));
            }
            try (Attempt again = delivery.attempt(envelope, message)) {
                assertThat(again.settled(0)).isEmpty();
                assertThat(again.settled(1)).map(Outcome::reply).contains(ACCEPTED);
            }
        }
    }

    /** Another gateway may send the message by now. */
    @Test
    void nothingEndsThatTheJournalHoldsNoLonger() throws Exception {
        MemoryJournal.Rows rows = new MemoryJournal.Rows(Duration.ofSeconds(30));
        Delivery hop = sending(acceptance -> {
            assertThat(acceptance.obstacle()).isEmpty();
            rows.lose();
            Outcome outcome = acceptance.obstacle().orElseThrow();
            return List.of(outcome, outcome);
        });
        Delivery delivery =
                new JournaledDelivery(new MemoryJournal(rows), hop, Upstreams.UNNAMED, InstantSource.system());
        RawMessage message = message();
        Envelope envelope = envelope();
        try (Attempt attempt = delivery.attempt(envelope, message)) {
            assertThat(attempt.deliver(List.of(HopFaults.unit(envelope, message, List.of(0, 1))), false)
                            .values())
                    .containsOnly(Outcome.of(Reason.JOURNAL_UNAVAILABLE, "held by another one"));
        }
        assertThat(rows.all()).extracting(JournalEntry::isInDoubt).containsOnly(false);
    }

    /** All copies are noted before the first one leaves, and what is heard of one is noted at once. */
    @Test
    void theAcceptanceOfACopyIsForcedBeforeTheNextOneLeaves() throws Exception {
        Path file = folder.resolve("journal.db");
        List<String> seen = new ArrayList<>();
        try (Ledger ledger = Ledger.open(JournalFile.ledger(file), Ledger.SEGMENT, _ -> seen.add("forced"))) {
            LedgerJournal journal = LedgerJournal.open(
                    ledger, ledger::force, Duration.ofDays(1), Duration.ofSeconds(30), InstantSource.system());
            Delivery hop = sending(acceptance -> {
                seen.add("sent, noted " + states(file));
                acceptance.accepted(0, ACCEPTED);
                seen.add("heard, noted " + states(file));
                return List.of(new Outcome(ACCEPTED, false));
            });
            Delivery delivery = new JournaledDelivery(journal, hop, Upstreams.UNNAMED, InstantSource.system());
            RawMessage message = message();
            Envelope envelope = envelope();
            try (Attempt attempt = delivery.attempt(envelope, message)) {
                var _ = attempt.deliver(
                        Stream.of(0, 1)
                                .map(position -> HopFaults.unit(envelope, message, List.of(position)))
                                .toList(),
                        false);
            }
            assertThat(seen)
                    .as("the last one is forced with the record")
                    .containsExactly(
                            "sent, noted [PREPARED, PREPARED]",
                            "heard, noted [ACCEPTED, PREPARED]",
                            "forced",
                            "sent, noted [ACCEPTED, PREPARED]",
                            "heard, noted [ACCEPTED, ACCEPTED]");
        }
    }

    private static List<JournalState> states(Path file) {
        try {
            return JournalFile.list(
                            file, new JournalFile.Filter(Optional.empty(), Optional.empty(), Optional.empty(), 10))
                    .stream()
                    .sorted(Comparator.comparingInt(JournalEntry::unit))
                    .map(JournalEntry::state)
                    .toList();
        } catch (JournalException e) {
            throw new IllegalStateException(e);
        }
    }

    static Delivery sending(Function<NextHop.Acceptance, List<Outcome>> hop) {
        return new Delivery() {
            @Override
            public List<List<Outcome>> deliver(List<DeliveryUnit> units, boolean allOrNothing) {
                throw new IllegalStateException("one unit at a time");
            }

            @Override
            public OpenedPassage forOpened(Way way, boolean needsSmtpUtf8) {
                return OpenedPassage.Open.ANY;
            }

            @Override
            public List<Outcome> deliver(DeliveryUnit unit, boolean allOrNothing, NextHop.Acceptance acceptance) {
                return hop.apply(acceptance);
            }
        };
    }

    private static RawMessage message() {
        return RawMessage.of("Message-ID: <1@example.com>\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static Envelope envelope() {
        return new Envelope(
                QueueId.next(Instant.now()),
                new ReversePath.Mailbox(MailAddress.of("alice@example.com")),
                List.of(
                        Recipient.of(MailAddress.of("bob@example.net")),
                        Recipient.of(MailAddress.of("carl@example.net"))),
                MailParameters.NONE,
                new Peer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        new Peer.Greeting("mx", true),
                        new Peer.Listener(Peer.Protocol.LMTP, Peer.Role.BOTH),
                        true),
                Instant.now(),
                Intake.now());
    }
}
