package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.mail.QueueId;

/** A journal with a ledger of its own, which it forces itself. */
public final class TestJournal implements Journal {
    private final Ledger ledger;
    private final LedgerJournal journal;

    private TestJournal(Ledger ledger, LedgerJournal journal) {
        this.ledger = ledger;
        this.journal = journal;
    }

    public static TestJournal open(Path file, Duration retention, Duration timeLimit, InstantSource clock)
            throws JournalException {
        try {
            Ledger ledger = Ledger.open(JournalFile.ledger(file), 64 << 10);
            LedgerJournal journal = LedgerJournal.open(ledger, ledger::force, retention, timeLimit, clock);
            journal.takeOver(file);
            return new TestJournal(ledger, journal);
        } catch (JournalException e) {
            throw e;
        } catch (IOException e) {
            throw new JournalException(String.valueOf(e.getMessage()), e);
        }
    }

    public Ledger ledger() {
        return ledger;
    }

    @Override
    public Claim claim(Collection<JournalEntry> rows) throws JournalException {
        return journal.claim(rows);
    }

    @Override
    public Suspects suspects() {
        return journal.suspects();
    }

    @Override
    public void told(QueueId queueId) {
        journal.told(queueId);
    }

    @Override
    public void requireWritable() throws JournalException {
        journal.requireWritable();
    }

    @Override
    public void close() {
        journal.close();
        try {
            ledger.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
