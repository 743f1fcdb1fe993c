package org.postseal.gateway.road.journal;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;

/** Holds the journal of the tests to the contract, so that what they show with it holds for others too. */
@Timeout(60)
class MemoryJournalTest implements JournalContract {
    private Optional<MemoryJournal.Rows> rows = Optional.empty();

    @Override
    public Journal open(Duration timeLimit) {
        MemoryJournal.Rows same = rows.orElseGet(() -> new MemoryJournal.Rows(timeLimit));
        rows = Optional.of(same);
        return new MemoryJournal(same);
    }
}
