package org.postseal.gateway.road.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.postseal.gateway.mail.QueueId;

/**
 * Keeps a journal on the heap, for tests. Several of them may have the same rows, as gateways of a fleet do. Rows are
 * never removed.
 */
public final class MemoryJournal implements Journal {
    private final Rows rows;
    private final Optional<Suspects> suspects;
    private volatile boolean isClosed;

    /** Makes a journal that knows no suspects. */
    public MemoryJournal(Rows rows) {
        this(rows, Optional.empty());
    }

    MemoryJournal(Rows rows, Optional<Suspects> suspects) {
        this.rows = rows;
        this.suspects = suspects;
    }

    /** What the journals of several gateways have in common. Thread-safe. */
    public static final class Rows {
        private final Map<JournalKey, JournalEntry> entries = new ConcurrentHashMap<>();
        private final Reserved reserved;
        private volatile boolean isLost;

        /** @param timeLimit the limit for the wait until another caller with the same key is done */
        public Rows(Duration timeLimit) {
            this.reserved = new Reserved(timeLimit);
        }

        /** Lets somebody else have the rows that are held. */
        public void lose() {
            isLost = true;
        }

        /** Returns all rows. */
        public List<JournalEntry> all() {
            return List.copyOf(entries.values());
        }

        private void put(List<JournalEntry> written) {
            written.forEach(row -> entries.put(row.key(), row));
        }
    }

    @Override
    public Claim claim(Collection<JournalEntry> begun) throws JournalException {
        if (isClosed) {
            throw new JournalException("the journal is closed");
        }
        Set<JournalKey> distinct = JournalEntry.keys(begun);
        rows.reserved.take(distinct);
        Map<JournalKey, JournalEntry> known = new ConcurrentHashMap<>(rows.entries);
        known.keySet().retainAll(distinct);
        return new Taken(distinct, Map.copyOf(known));
    }

    @Override
    public Suspects suspects() {
        return suspects.orElseThrow();
    }

    @Override
    public void told(QueueId queueId) {
        rows.entries.replaceAll((_, row) -> row.queueId().equals(queueId.text())
                        && row.upstreamId().isEmpty()
                        && row.state() == JournalState.ACCEPTED
                ? row.toldAt(Instant.EPOCH)
                : row);
    }

    @Override
    public void close() {
        isClosed = true;
        suspects.ifPresent(Suspects::close);
    }

    private final class Taken implements Claim {
        private final Set<JournalKey> keys;
        private final Map<JournalKey, JournalEntry> entries;
        private volatile boolean isOver;

        Taken(Set<JournalKey> keys, Map<JournalKey, JournalEntry> entries) {
            this.keys = keys;
            this.entries = entries;
        }

        @Override
        public Map<JournalKey, JournalEntry> entries() {
            return entries;
        }

        @Override
        public void prepared(List<JournalEntry> written) {
            rows.put(written);
        }

        @Override
        public void requireHeld() throws JournalException {
            if (rows.isLost) {
                throw new JournalException("held by another one");
            }
        }

        @Override
        public void accepted(List<JournalEntry> written) {
            if (!isOver) {
                rows.put(written);
            }
        }

        @Override
        public void settled(List<JournalEntry> written, boolean isLast) {
            rows.put(written);
        }

        @Override
        public void suppressed(Collection<JournalKey> again, QueueId attempt) {
            again.forEach(key -> rows.entries.computeIfPresent(key, (_, row) -> row.by(attempt)));
        }

        @Override
        public void close() {
            if (!isOver) {
                isOver = true;
                rows.reserved.giveBack(keys);
            }
        }
    }
}
