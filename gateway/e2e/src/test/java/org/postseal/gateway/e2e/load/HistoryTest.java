package org.postseal.gateway.e2e.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.postseal.gateway.e2e.load.MixedGateway.CLARA;
import static org.postseal.gateway.e2e.load.MixedGateway.SELMA;
import static org.postseal.gateway.e2e.load.MixedGateway.SIMON;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.testkit.Received;

/** Shows the checker a history in which all is well, and the same one with one fault each. */
class HistoryTest {
    /** Two gateways have delivered two messages. The first message is at Clara twice, which is on record as a doubt. */
    static final class Story {
        private final Ledger ledger = new Ledger();
        private final List<Received> received = new ArrayList<>();
        private final List<JournalEntry> journal = new ArrayList<>();
        private final Map<String, List<AuditTrail.Entry>> logs =
                new HashMap<>(Map.of("one", new ArrayList<>(), "other", new ArrayList<>()));
        private String broken = "";
        private boolean mayForget;
        private Duration silence = Duration.ofSeconds(30);

        Story() {
            for (String recipient : MixedGateway.ALL) {
                delivered("first", recipient, "one", "1", "a");
                delivered("second", recipient, "other", "2", "b");
            }
            arrives("first", CLARA, text("first", CLARA));
            journal.add(row("first", CLARA, 1));
            // A policy may count again in a later epoch.
            delivered("third", CLARA, "other", "3", "a");
            ledger.settled("fourth", CLARA, "550 5.7.1 no");
            record("other", "fourth", CLARA, false, Optional.of("3"), "a");
        }

        void delivered(String id, String recipient, String node, String epoch, String sha) {
            promised(id, recipient);
            arrives(id, recipient, text(id, recipient));
            journal.add(row(id, recipient, 0));
            record(node, id, recipient, true, Optional.of(epoch), sha);
        }

        void promised(String id, String recipient) {
            ledger.settled(id, recipient, "250 2.0.0 ok");
        }

        void arrives(String id, String recipient, String text) {
            byte[] content = ("X-Load: " + id + "\r\n" + text).getBytes(US_ASCII);
            received.add(new Received(List.of(), List.of(recipient), content, content, false, content.length));
        }

        void record(String node, String id, String recipient, boolean isSuccess, Optional<String> epoch, String sha) {
            log(node).add(new AuditTrail.Entry(new Ledger.Copy(id, recipient), isSuccess, epoch, sha));
        }

        List<AuditTrail.Entry> log(String node) {
            return Objects.requireNonNull(logs.get(node));
        }

        void forget(String id, String recipient) {
            received.removeIf(message ->
                    message.recipients().contains(recipient) && message.text().startsWith("X-Load: " + id + "\r\n"));
        }

        List<String> faults() {
            List<AuditTrail> trails = logs.entrySet().stream()
                    .map(log -> new AuditTrail(log.getKey(), !log.getKey().equals(broken), log.getValue()))
                    .toList();
            History history = History.of(ledger.account(received), journal)
                    .audited(trails)
                    .silentFor(silence);
            return (mayForget ? history.withForgottenEntries() : history).faults();
        }

        private static String text(String id, String recipient) {
            return switch (recipient) {
                case SELMA -> "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nAAAA\r\n";
                case SIMON -> "Content-Type: multipart/signed\r\n\r\n" + Ledger.canary(id) + "\r\n";
                default -> CLEAR + Ledger.canary(id) + "\r\n";
            };
        }
    }

    @Test
    void aHistoryInWhichAllIsWellHasNoFault() {
        assertThat(new Story().faults()).isEmpty();
    }

    @Test
    void aJournalThatWasLostExplainsEveryDuplicate() {
        Story story = new Story();
        story.journal.clear();
        story.mayForget = true;
        assertThat(story.faults()).isEmpty();
    }

    static Stream<Arguments> oneFaultEach() {
        return Stream.of(
                fault("lost [Copy[id=second, recipient=" + SIMON + "]]", story -> story.forget("second", SIMON)),
                fault("in clear [Copy[id=first, recipient=" + SELMA + "]]", story -> {
                    story.forget("first", SELMA);
                    story.arrives("first", SELMA, CLEAR + Ledger.canary("first"));
                }),
                fault("unsigned [Copy[id=first, recipient=" + SIMON + "]]", story -> {
                    story.forget("first", SIMON);
                    story.arrives("first", SIMON, CLEAR + Ledger.canary("first"));
                }),
                fault(
                        "delivered though refused [Copy[id=fourth, recipient=" + CLARA + "]]",
                        story -> story.arrives("fourth", CLARA, CLEAR + Ledger.canary("fourth"))),
                fault(
                        "Copy[id=second, recipient=" + CLARA + "] came 1 times again, in doubt 0",
                        story -> story.arrives("second", CLARA, CLEAR + Ledger.canary("second"))),
                fault("Copy[id=second, recipient=" + CLARA + "] came 1 times again, in doubt 0", story -> {
                    // The doubts of other messages and recipients are no excuse.
                    story.arrives("second", CLARA, CLEAR + Ledger.canary("second"));
                    story.journal.add(row("second", SIMON, 3));
                    story.journal.add(row("third", CLARA, 7));
                }),
                fault(
                        "Copy[id=first, recipient=" + CLARA + "] came 2 times again, in doubt 1",
                        story -> story.arrives("first", CLARA, CLEAR + Ledger.canary("first"))),
                fault(
                        "Copy[id=first, recipient=" + CLARA + "] came 1 times again, in doubt 0",
                        story -> story.journal.clear()),
                fault(
                        "answered 250 and not on record [Copy[id=third, recipient=" + CLARA + "]]",
                        story -> story.log("other")
                                .removeIf(entry -> entry.copy().id().equals("third"))),
                fault(
                        "answered 250 and not on record [Copy[id=third, recipient=" + CLARA + "]]",
                        story -> story.log("other")
                                .replaceAll(entry -> new AuditTrail.Entry(
                                        entry.copy(),
                                        entry.isSuccess() && !entry.copy().id().equals("third"),
                                        entry.epoch(),
                                        entry.policySha256()))),
                fault("answered 250 and not on record", story -> story.logs.remove("one")),
                fault(
                        "on record as delivered, and never came [Copy[id=fifth, recipient=" + CLARA + "]]",
                        story -> story.record("one", "fifth", CLARA, true, Optional.of("1"), "a")),
                fault("the chain of one does not hold", story -> story.broken = "one"),
                fault(
                        "epoch 2 has the policies [a, b]",
                        story -> story.record("one", "second", SIMON, true, Optional.of("2"), "a")),
                fault("nobody was told 2xx for 31 s", story -> story.silence = Duration.ofSeconds(31)));
    }

    private static Arguments fault(String found, Consumer<Story> change) {
        return arguments(found, change);
    }

    @ParameterizedTest
    @MethodSource
    void oneFaultEach(String expected, Consumer<Story> change) {
        Story story = new Story();
        change.accept(story);
        assertThat(story.faults()).isNotEmpty().first().asString().startsWith(expected);
    }

    /** Records of a gateway without a fleet name no epoch. */
    @Test
    void withoutAnEpochTwoPoliciesAreNoFault() {
        Story story = new Story();
        story.record("one", "first", CLARA, true, Optional.empty(), "a");
        story.record("other", "first", CLARA, true, Optional.empty(), "b");
        assertThat(story.faults()).isEmpty();
    }

    @Test
    void moreThanOneDuplicateForTenKillsIsAFault() {
        Tally tally = new Tally();
        tally.add("kills", 19);
        tally.add("duplicates", 1);
        tally.requireFewDuplicates("kills", 10);
        assertThat(tally.faults()).isEmpty();
        tally.add("duplicates", 1);
        tally.requireFewDuplicates("kills", 10);
        assertThat(tally.faults()).containsExactly("more than one duplicate for 10 kills: 2");
    }

    @Test
    void theLongestTimeBetweenTwoPromisesCounts() throws InterruptedException {
        Ledger ledger = new Ledger();
        ledger.settled("first", CLARA, "250 2.0.0 ok");
        Thread.sleep(40);
        ledger.settled("second", CLARA, "550 5.7.1 no");
        Thread.sleep(40);
        ledger.settled("third", CLARA, "250 2.0.0 ok");
        ledger.settled("fourth", CLARA, "250 2.0.0 ok");
        assertThat(ledger.silence()).isBetween(Duration.ofMillis(80), Duration.ofMinutes(1));
    }

    private static JournalEntry row(String id, String recipient, int doubts) {
        return new JournalEntry(
                JournalKey.ofHex("00".repeat(32)),
                JournalState.ACCEPTED,
                "Q1",
                Optional.of(id),
                recipient,
                1,
                "250 2.0.0 ok",
                Optional.empty(),
                doubts,
                Instant.EPOCH);
    }

    private static final String CLEAR = "Content-Type: text/plain\r\n\r\n";
}
