package org.postseal.gateway.road.fleet;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalKey;

/** What a session wants of the table of rows. */
sealed interface Request {
    Set<JournalKey> keys();

    CompletableFuture<?> done();

    /**
     * Returns what is to be done now: this, or nothing once nobody waits for it, or what takes it back.
     *
     * @param isTried true if it may have been done already
     */
    Optional<Request> due(boolean isTried);

    record Claiming(DeliveryRows.Wanted wanted, Set<JournalKey> keys, CompletableFuture<Claimed> done)
            implements Request {
        Claiming(DeliveryRows.Wanted wanted) {
            this(wanted, JournalEntry.keys(wanted.rows()), new CompletableFuture<>());
        }

        @Override
        public Optional<Request> due(boolean isTried) {
            if (!done.isDone()) {
                return Optional.of(this);
            }
            return isTried ? Optional.of(undone()) : Optional.empty();
        }

        /** Returns what gives back the rows of a claim that may have been made although nobody waits for it. */
        Changes undone() {
            return new Changes(
                    wanted.rows().stream()
                            .flatMap(row -> Stream.of(
                                    new Change(Change.Kind.REMOVE, row), new Change(Change.Kind.GIVE_BACK, row)))
                            .toList(),
                    true);
        }
    }

    /** @param isKept true if it must be done although nobody waits for it */
    record Changes(List<Change> changes, boolean isKept, Set<JournalKey> keys, CompletableFuture<Set<JournalKey>> done)
            implements Request {
        Changes(List<Change> changes, boolean isKept) {
            this(
                    changes,
                    isKept,
                    JournalEntry.keys(changes.stream().map(Change::row).toList()),
                    new CompletableFuture<>());
        }

        @Override
        public Optional<Request> due(boolean isTried) {
            return isKept || !done.isDone() ? Optional.of(this) : Optional.empty();
        }

        /** Returns the rows that are not as they should have been. */
        Set<JournalKey> missed(Map<Change.Kind, Set<JournalKey>> written) {
            return JournalEntry.keys(changes.stream()
                    .filter(change -> !written.getOrDefault(change.kind(), Set.of())
                            .contains(change.row().key()))
                    .map(Change::row)
                    .toList());
        }
    }
}
