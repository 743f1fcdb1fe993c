package org.postseal.gateway.app.metrics;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.Suspects;

/** Measures the steps of a journal. */
record MeteredJournal(Journal journal, JournalMetrics metrics) implements Journal {
    @Override
    public Claim claim(Collection<JournalEntry> rows) throws JournalException {
        return new MeteredClaim(measured(JournalMetrics.CLAIM, () -> journal.claim(rows)));
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
    public void requireReady() throws JournalException {
        try {
            journal.requireReady();
        } catch (JournalException e) {
            metrics.failed();
            throw e;
        }
    }

    @Override
    public void requireWritable() throws JournalException {
        journal.requireWritable();
    }

    @Override
    public void close() {
        journal.close();
    }

    private <T> T measured(String step, Step<T> work) throws JournalException {
        long start = System.nanoTime();
        try {
            return work.run();
        } catch (JournalException e) {
            metrics.failed();
            throw e;
        } finally {
            metrics.took(step, System.nanoTime() - start);
        }
    }

    private final class MeteredClaim implements Claim {
        private final Claim claim;

        MeteredClaim(Claim claim) {
            this.claim = claim;
        }

        @Override
        public Map<JournalKey, JournalEntry> entries() {
            return claim.entries();
        }

        @Override
        public void prepared(List<JournalEntry> rows) throws JournalException {
            var _ = measured(JournalMetrics.PREPARE, () -> {
                claim.prepared(rows);
                return rows;
            });
        }

        @Override
        public void requireHeld() throws JournalException {
            claim.requireHeld();
        }

        @Override
        public void accepted(List<JournalEntry> rows) {
            claim.accepted(rows);
        }

        @Override
        public void settled(List<JournalEntry> rows, boolean isLast) throws JournalException {
            var _ = measured(JournalMetrics.SETTLE, () -> {
                claim.settled(rows, isLast);
                return rows;
            });
        }

        @Override
        public void suppressed(Collection<JournalKey> keys, QueueId attempt) throws JournalException {
            var _ = measured(JournalMetrics.SETTLE, () -> {
                claim.suppressed(keys, attempt);
                return keys;
            });
        }

        @Override
        public void close() {
            claim.close();
        }
    }

    @FunctionalInterface
    private interface Step<T> {
        T run() throws JournalException;
    }
}
