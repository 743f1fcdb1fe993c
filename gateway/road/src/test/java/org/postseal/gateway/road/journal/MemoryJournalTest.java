package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.ledger.Ledger;

/** Holds the journal of the tests to the contract, so that what they show with it holds for others too. */
@Timeout(60)
class MemoryJournalTest implements JournalContract {
    @TempDir
    private Path folder;

    private Optional<Ledger> ledger = Optional.empty();
    private Optional<MemoryJournal.Rows> rows = Optional.empty();

    @AfterEach
    void closeLedger() throws IOException {
        if (ledger.isPresent()) {
            ledger.get().close();
        }
    }

    @Override
    public Journal open(Duration timeLimit) throws JournalException {
        Ledger opened;
        try {
            closeLedger();
            opened = Ledger.open(folder.resolve("ledger"), 64 << 10);
        } catch (IOException e) {
            throw new JournalException("no ledger", e);
        }
        ledger = Optional.of(opened);
        MemoryJournal.Rows same = rows.orElseGet(() -> new MemoryJournal.Rows(timeLimit));
        rows = Optional.of(same);
        return new MemoryJournal(same, Optional.of(Suspects.open(opened, Duration.ofDays(6), () -> NOW)));
    }
}
