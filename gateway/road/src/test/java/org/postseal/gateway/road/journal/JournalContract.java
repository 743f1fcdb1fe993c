package org.postseal.gateway.road.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.mail.QueueId;

/** What every {@link Journal} must do. The test class of an implementation implements this interface. */
public interface JournalContract {
    Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
    Optional<String> IDENT = Optional.of("4UP");
    Optional<String> NO_IDENT = Optional.empty();

    /**
     * Opens the journal of this test. A journal that is opened after another one was closed has the same rows.
     *
     * @param timeLimit the limit for the wait for another caller
     */
    Journal open(Duration timeLimit) throws JournalException;

    private Journal open() throws JournalException {
        return open(Duration.ofSeconds(10));
    }

    @Test
    default void whatWasSettledIsThereAfterAnotherStart() throws JournalException {
        try (Journal journal = open()) {
            put(journal, entry(1, JournalState.PREPARED, IDENT));
            put(journal, entry(2, JournalState.PREPARED, IDENT), entry(2, JournalState.ACCEPTED, IDENT));
            put(journal, entry(3, JournalState.PREPARED, IDENT), entry(3, JournalState.REFUSED, IDENT));
        }
        try (Journal again = open()) {
            assertThat(known(again, 1)).contains(entry(1, JournalState.PREPARED, IDENT));
            assertThat(known(again, 2)).contains(entry(2, JournalState.ACCEPTED, IDENT));
            assertThat(known(again, 3).filter(row -> row.state() != JournalState.REFUSED))
                    .as("a refusal is only a record, which need not be kept")
                    .isEmpty();
            assertThat(known(again, 4)).isEmpty();
        }
    }

    @Test
    default void aClaimKnowsTheRowsOfItsOwnKeysAlone() throws JournalException {
        try (Journal journal = open()) {
            put(journal, entry(1, JournalState.PREPARED, IDENT), entry(1, JournalState.ACCEPTED, IDENT));
            put(journal, entry(2, JournalState.PREPARED, IDENT), entry(2, JournalState.ACCEPTED, IDENT));
            try (Journal.Claim claim = journal.claim(List.of(begun(2), begun(3), begun(2)))) {
                assertThat(claim.entries()).containsOnlyKeys(key(2));
            }
        }
    }

    @Test
    default void theOutcomeOfALaterAttemptTakesThePlaceOfTheEarlierOne() throws JournalException {
        try (Journal journal = open()) {
            put(journal, entry(1, JournalState.PREPARED, IDENT), entry(1, JournalState.REFUSED, IDENT));
            put(journal, entry(1, JournalState.PREPARED, IDENT));
            assertThat(known(journal, 1)).map(JournalEntry::isInDoubt).contains(true);
            put(journal, entry(1, JournalState.PREPARED, IDENT), entry(1, JournalState.ACCEPTED, IDENT));
            assertThat(known(journal, 1)).map(JournalEntry::isSuppressing).contains(true);
        }
    }

    @Test
    default void anAcceptanceCountsEvenIfNobodySettlesIt() throws JournalException {
        try (Journal journal = open()) {
            try (Journal.Claim claim = journal.claim(List.of(begun(1), begun(2)))) {
                claim.prepared(List.of(entry(1, JournalState.PREPARED, IDENT), entry(2, JournalState.PREPARED, IDENT)));
                claim.accepted(List.of(entry(1, JournalState.ACCEPTED, IDENT)));
            }
            assertThat(known(journal, 1)).contains(entry(1, JournalState.ACCEPTED, IDENT));
            assertThat(known(journal, 2)).contains(entry(2, JournalState.PREPARED, IDENT));
        }
        try (Journal again = open()) {
            assertThat(known(again, 1)).contains(entry(1, JournalState.ACCEPTED, IDENT));
        }
    }

    @Test
    default void anAcceptanceThatComesAfterTheClaimIsClosedIsTooLate() throws JournalException {
        try (Journal journal = open()) {
            Journal.Claim claim = journal.claim(List.of(begun(1)));
            claim.prepared(List.of(entry(1, JournalState.PREPARED, IDENT)));
            claim.close();
            claim.accepted(List.of(entry(1, JournalState.ACCEPTED, IDENT)));
            assertThat(known(journal, 1)).contains(entry(1, JournalState.PREPARED, IDENT));
        }
    }

    @Test
    default void withoutAnIdentARowSuppressesOnlyUntilThePeerWasTold() throws JournalException {
        try (Journal journal = open()) {
            put(journal, entry(1, JournalState.PREPARED, NO_IDENT), entry(1, JournalState.ACCEPTED, NO_IDENT));
            put(journal, entry(2, JournalState.PREPARED, IDENT), entry(2, JournalState.ACCEPTED, IDENT));
            assertThat(known(journal, 1).orElseThrow().isSuppressing()).isTrue();
            assertThat(known(journal, 2).orElseThrow().isSuppressing()).isTrue();

            journal.told(new QueueId("Q1"));
            journal.told(new QueueId("Q2"));

            assertThat(known(journal, 1).filter(JournalEntry::isSuppressing)).isEmpty();
            assertThat(known(journal, 2).orElseThrow().isSuppressing()).isTrue();
        }
        try (Journal again = open()) {
            assertThat(known(again, 1).filter(JournalEntry::isSuppressing)).isEmpty();
        }
    }

    @Test
    default void onlyWhatWasAcceptedCanBeTold() throws JournalException {
        try (Journal journal = open()) {
            put(journal, entry(1, JournalState.PREPARED, NO_IDENT));
            journal.told(new QueueId("Q1"));
            assertThat(known(journal, 1)).contains(entry(1, JournalState.PREPARED, NO_IDENT));
        }
    }

    @Test
    default void aRowThatWasSuppressedIsToldOfByTheLaterAttempt() throws JournalException {
        try (Journal journal = open()) {
            put(journal, entry(1, JournalState.PREPARED, NO_IDENT), entry(1, JournalState.ACCEPTED, NO_IDENT));
            try (Journal.Claim claim = journal.claim(List.of(begun(1)))) {
                claim.suppressed(List.of(key(1)), new QueueId("LATER"));
            }
            journal.told(new QueueId("Q1"));
            assertThat(known(journal, 1).orElseThrow().isSuppressing()).isTrue();
            journal.told(new QueueId("LATER"));
            assertThat(known(journal, 1).filter(JournalEntry::isSuppressing)).isEmpty();
        }
    }

    @Test
    default void whoeverComesWithTheSameKeyWaitsUntilTheFirstIsDone() throws Exception {
        try (Journal journal = open()) {
            Journal.Claim first = journal.claim(List.of(begun(1), begun(2)));
            CompletableFuture<Optional<JournalEntry>> second = CompletableFuture.supplyAsync(() -> {
                try {
                    return known(journal, 2);
                } catch (JournalException e) {
                    throw new IllegalStateException(e);
                }
            });
            // Another message does not wait.
            assertThat(known(journal, 3)).isEmpty();
            assertThat(second.isDone()).isFalse();
            first.prepared(List.of(entry(2, JournalState.PREPARED, IDENT)));
            first.settled(List.of(entry(2, JournalState.ACCEPTED, IDENT)), true);
            first.close();
            assertThat(second.get(5, TimeUnit.SECONDS)).contains(entry(2, JournalState.ACCEPTED, IDENT));
        }
    }

    @Test
    default void butNotForLongerThanTheTimeLimit() throws JournalException {
        try (Journal journal = open(Duration.ofMillis(200));
                Journal.Claim _ = journal.claim(List.of(begun(1), begun(2)))) {
            assertThatThrownBy(() -> journal.claim(List.of(begun(2), begun(3))))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("still on its way");
            assertThat(known(journal, 3))
                    .as("a caller who was turned away holds nothing")
                    .isEmpty();
        }
    }

    @Test
    default void manyAtOnceAreAllThere() throws Exception {
        try (Journal journal = open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                int number = i;
                all.add(threads.submit(() -> {
                    put(
                            journal,
                            entry(number, JournalState.PREPARED, IDENT),
                            entry(number, JournalState.ACCEPTED, IDENT));
                    return number;
                }));
            }
            for (Future<?> each : all) {
                var _ = each.get();
            }
        }
        try (Journal again = open()) {
            for (int i = 0; i < 300; i++) {
                assertThat(known(again, i)).map(JournalEntry::state).contains(JournalState.ACCEPTED);
            }
        }
    }

    @Test
    default void whatHangsAgainAndAgainIsNotLookedIntoAfterAnotherStart() throws JournalException {
        SuspectKey message = new SuspectKey("1".repeat(64));
        for (int deaths = 0; deaths <= Suspects.MOST_DEATHS; deaths++) {
            try (Journal journal = open();
                    Suspects.Turn turn = turn(journal, message)) {
                assertThat(turn.isPoison()).as("after %d hangs", deaths).isEqualTo(deaths == Suspects.MOST_DEATHS);
                Runnable _ = turn.hangs(true);
            }
        }
        try (Journal journal = open();
                Suspects.Turn other = turn(journal, new SuspectKey("2".repeat(64)))) {
            assertThat(other.isPoison()).isFalse();
            assertThat(journal.suspects().enter(message)).isInstanceOf(Suspects.Refused.class);
        }
    }

    @Test
    default void whatWasOnlySlowIsNoSuspectAfterAnotherStart() throws JournalException {
        SuspectKey message = new SuspectKey("1".repeat(64));
        for (int times = 0; times <= Suspects.MOST_DEATHS; times++) {
            try (Journal journal = open();
                    Suspects.Turn turn = turn(journal, message)) {
                assertThat(turn.isPoison()).isFalse();
                turn.hangs(true).run();
            }
        }
    }

    private static Suspects.Turn turn(Journal journal, SuspectKey message) {
        if (journal.suspects().enter(message) instanceof Suspects.Turn turn) {
            return turn;
        }
        throw new AssertionError("no turn");
    }

    @Test
    default void anOpenJournalCanBeWritten() throws JournalException {
        try (Journal journal = open()) {
            journal.requireWritable();
        }
    }

    @Test
    default void aClosedJournalSaysSo() throws JournalException {
        Journal journal = open();
        journal.close();
        assertThatThrownBy(() -> journal.claim(List.of(begun(1))))
                .isInstanceOf(JournalException.class)
                .hasMessage("the journal is closed");
    }

    static void put(Journal journal, JournalEntry prepared, JournalEntry... settled) throws JournalException {
        try (Journal.Claim claim = journal.claim(List.of(prepared))) {
            claim.prepared(List.of(prepared));
            claim.settled(List.of(settled), false);
        }
    }

    static Optional<JournalEntry> known(Journal journal, int number) throws JournalException {
        try (Journal.Claim claim = journal.claim(List.of(begun(number)))) {
            return Optional.ofNullable(claim.entries().get(key(number)));
        }
    }

    static JournalKey key(int number) {
        return JournalKey.ofHex(HexFormat.of().toHexDigits(number).repeat(8));
    }

    /** Returns the row of an attempt that begins. */
    static JournalEntry begun(int number) {
        return new JournalEntry(
                key(number),
                JournalState.PREPARED,
                "Q" + number,
                IDENT,
                "r" + number + "@example.com",
                0,
                "",
                Optional.empty(),
                0,
                NOW);
    }

    static JournalEntry entry(int number, JournalState state, Optional<String> ident) {
        return new JournalEntry(
                key(number),
                state,
                "Q" + number,
                ident,
                "r" + number + "@example.com",
                number,
                "250 2.0.0 queued as 4ABC",
                Optional.empty(),
                0,
                NOW);
    }
}
