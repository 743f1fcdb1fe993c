package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.audit.ledger.Frame;
import org.postseal.gateway.audit.ledger.Frame.Kind;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.mail.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the journal in the ledger. Every row is a note there, in the kernel's pages when the call returns. What must
 * survive a power cut is forced together with the audit records. Where each row stands is known in memory.
 */
public final class LedgerJournal implements Journal {
    private final Ledger ledger;
    private final Forcing forcing;
    private final Reserved reserved;
    private final KnownRows rows;
    private final Duration retention;
    private final InstantSource clock;
    private final Suspects suspects;
    private volatile boolean isClosed;

    /** Brings what was noted to the disk. */
    @FunctionalInterface
    public interface Forcing {
        void force() throws IOException;
    }

    private LedgerJournal(Ledger ledger, Forcing forcing, Duration retention, Duration timeLimit, InstantSource clock) {
        this.ledger = ledger;
        this.forcing = forcing;
        this.reserved = new Reserved(timeLimit);
        this.rows = new KnownRows(retention, clock, MOST);
        this.retention = retention;
        this.clock = clock;
        this.suspects = Suspects.open(ledger, retention, clock);
    }

    /**
     * Reads what the ledger has of earlier processes. The audit log was opened before: it says whether the ledger is to
     * be believed.
     *
     * @param retention the time after which rows count no more
     * @param timeLimit the limit for the wait until another caller with the same key is done
     */
    public static LedgerJournal open(
            Ledger ledger, Forcing forcing, Duration retention, Duration timeLimit, InstantSource clock)
            throws JournalException {
        LedgerJournal journal = new LedgerJournal(ledger, forcing, retention, timeLimit, clock);
        KnownRows rows = journal.rows;
        try {
            ledger.read(copy -> rows.found(copy, true), frame -> rows.found(frame, false));
            if (ledger.isDoubtful()) {
                journal.doubt();
            }
            Frame _ = ledger.note(Kind.START, RowFormat.time(clock.instant()));
        } catch (IOException e) {
            throw failed(e);
        }
        ledger.keptBy(rows);
        return journal;
    }

    /** Takes the rows of a gateway before the ledger, if its journal is there. */
    public void takeOver(Path file) throws JournalException {
        List<JournalEntry> old = OldJournal.rows(file, clock.instant().minus(retention));
        for (JournalEntry row : old) {
            note(row);
        }
        if (!old.isEmpty()) {
            force();
            LOG.info("{} rows of {} are in the ledger now", old.size(), file);
        }
        OldJournal.done(file);
    }

    /** Makes doubtful every row that says a copy was accepted, since this ledger is an old copy. */
    private void doubt() throws JournalException {
        int count = 0;
        for (JournalKey key : rows.keys()) {
            Optional<JournalEntry> row = read(key);
            if (row.isPresent() && row.get().state() == JournalState.ACCEPTED) {
                note(row.get().inDoubt());
                count++;
            }
        }
        LOG.warn("{} rows of the journal are in doubt, since the ledger contradicts the audit log", count);
    }

    @Override
    public Claim claim(Collection<JournalEntry> begun) throws JournalException {
        if (isClosed) {
            throw new JournalException("the journal is closed");
        }
        Set<JournalKey> distinct = JournalEntry.keys(begun);
        reserved.take(distinct);
        try {
            Map<JournalKey, JournalEntry> entries = new LinkedHashMap<>();
            for (JournalKey key : distinct) {
                Optional<JournalEntry> row = readOnceTold(key);
                if (row.isPresent()) {
                    entries.put(key, row.get());
                }
            }
            return new Taken(distinct, entries);
        } catch (JournalException | RuntimeException e) {
            reserved.giveBack(distinct);
            throw e;
        }
    }

    /**
     * Reads a row. A peer may quit and send the same octets again at once, over another connection: its QUIT says that
     * it has our 2xx, and may be read a little later.
     */
    private Optional<JournalEntry> readOnceTold(JournalKey key) throws JournalException {
        Optional<JournalEntry> row = readNow(key);
        if (row.filter(known -> known.isSuppressing() && known.upstreamId().isEmpty())
                .isEmpty()) {
            return row;
        }
        rows.awaitTold(row.get().queueId(), TOLD_SOON);
        return readNow(key);
    }

    /** Reads a row as it counts now. */
    private Optional<JournalEntry> readNow(JournalKey key) throws JournalException {
        return read(key).map(this::asOfNow);
    }

    /** Reads a row as it was noted. */
    private Optional<JournalEntry> read(JournalKey key) throws JournalException {
        Optional<JournalEntry> held = rows.held(key);
        if (held.isPresent()) {
            // The ledger could not take it when it was heard.
            note(held.get());
        }
        Optional<Long> place = rows.place(key);
        while (place.isPresent()) {
            Optional<JournalEntry> row = read(key, place.get());
            if (row.isPresent()) {
                return row;
            }
            Optional<Long> now = rows.place(key);
            if (now.equals(place)) {
                LOG.error("a row of the journal cannot be read any more, and is in doubt: {}", key.hex());
                rows.forget(key);
                return Optional.of(unreadable(key));
            }
            // The row was copied to another segment meanwhile.
            place = now;
        }
        return Optional.empty();
    }

    private Optional<JournalEntry> read(JournalKey key, long place) throws JournalException {
        try {
            return ledger.frame(place)
                    .flatMap(RowFormat::row)
                    .filter(row -> row.key().equals(key));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private JournalEntry asOfNow(JournalEntry row) {
        boolean isTooOld = row.state() == JournalState.ACCEPTED
                && row.upstreamId().isEmpty()
                && row.told().isEmpty()
                // The clock may have been set back since.
                && Duration.between(row.at(), clock.instant()).abs().compareTo(UNTOLD_SUPPRESSES) > 0;
        return isTooOld ? row.inDoubt() : row;
    }

    private JournalEntry unreadable(JournalKey key) {
        return new JournalEntry(
                key, JournalState.PREPARED, "", Optional.empty(), "", 0, "", Optional.empty(), 0, clock.instant());
    }

    @Override
    public Suspects suspects() {
        return suspects;
    }

    @Override
    public void told(QueueId queueId) {
        rows.told(queueId.text(), key -> told(key, queueId));
    }

    private void told(JournalKey key, QueueId queueId) {
        try {
            Optional<JournalEntry> row =
                    read(key).filter(known -> known.queueId().equals(queueId.text()));
            if (row.isPresent()) {
                note(row.get().toldAt(clock.instant()));
            }
        } catch (JournalException e) {
            LOG.debug("the ledger does not say that a peer has our reply", e);
        }
    }

    @Override
    public void requireWritable() throws JournalException {
        try {
            ledger.requireRoom();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Takes no more claims. The ledger is closed by its owner. */
    @Override
    public void close() {
        isClosed = true;
        suspects.close();
    }

    private void note(JournalEntry row) throws JournalException {
        try {
            Frame _ = ledger.note(Kind.ROW, RowFormat.row(row), frame -> rows.put(row, frame));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void force() throws JournalException {
        try {
            forcing.force();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static JournalException failed(IOException e) {
        return new JournalException(String.valueOf(e.getMessage()), e);
    }

    private final class Taken implements Claim {
        private final Set<JournalKey> keys;
        private final Map<JournalKey, JournalEntry> entries;
        private final Set<JournalKey> accepted = new HashSet<>();
        private Optional<Ledger.Room> room = Optional.empty();
        private boolean isClosed;

        Taken(Set<JournalKey> keys, Map<JournalKey, JournalEntry> entries) {
            this.keys = keys;
            this.entries = Map.copyOf(entries);
        }

        @Override
        public Map<JournalKey, JournalEntry> entries() {
            return entries;
        }

        // The room for what the next hop will say is reserved before the first octet leaves.
        @Override
        public synchronized void prepared(List<JournalEntry> prepared) throws JournalException {
            giveBack();
            accepted.clear();
            int octets = 0;
            for (JournalEntry row : prepared) {
                octets += NOTES_OF_ROW * RowFormat.mostOctets(row);
            }
            try {
                Ledger.Room reservedNow = ledger.reserve(NOTES_OF_ROW * prepared.size(), octets);
                room = Optional.of(reservedNow);
                for (JournalEntry row : prepared) {
                    put(reservedNow, row);
                }
            } catch (IOException e) {
                throw failed(e);
            }
        }

        @Override
        public synchronized void accepted(List<JournalEntry> heard) {
            if (isClosed) {
                return;
            }
            for (JournalEntry row : heard) {
                try {
                    put(room.orElseThrow(() -> new IOException("nothing was prepared")), row);
                    accepted.add(row.key());
                } catch (IOException e) {
                    LOG.error("the ledger does not take what a next hop said, memory does: {}", e.getMessage());
                    rows.hold(row, ledger.sequence());
                }
            }
        }

        // A late acceptance must not wait for the force.
        @Override
        public void settled(List<JournalEntry> settled, boolean isLast) throws JournalException {
            settle(settled);
            if (!isLast) {
                force();
            }
        }

        private synchronized void settle(List<JournalEntry> settled) throws JournalException {
            List<JournalEntry> unheard = settled.stream()
                    .filter(row -> row.state() != JournalState.ACCEPTED || !accepted.contains(row.key()))
                    .toList();
            try {
                for (JournalEntry row : unheard) {
                    put(room.orElseThrow(() -> new IOException("nothing was prepared")), row);
                }
            } catch (IOException e) {
                accepted(unheard.stream()
                        .filter(row -> row.state() == JournalState.ACCEPTED)
                        .toList());
                throw failed(e);
            }
        }

        @Override
        public void suppressed(Collection<JournalKey> again, QueueId attempt) {
            for (JournalKey key : again) {
                try {
                    JournalEntry row = entries.get(key);
                    if (row != null) {
                        note(row.by(attempt));
                    }
                } catch (JournalException e) {
                    // The row then suppresses for an hour, even if the peer is known to have our reply.
                    LOG.debug("the ledger does not take the newest attempt", e);
                }
            }
        }

        @Override
        public synchronized void close() {
            if (!isClosed) {
                isClosed = true;
                giveBack();
                reserved.giveBack(keys);
            }
        }

        private void put(Ledger.Room into, JournalEntry row) throws IOException {
            Frame _ = into.note(Kind.ROW, RowFormat.row(row), frame -> rows.put(row, frame));
        }

        private void giveBack() {
            room.ifPresent(Ledger.Room::close);
            room = Optional.empty();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(LedgerJournal.class);
    /** Without an IDENT, a row suppresses until the peer is known to have our 2xx, but not longer than this. */
    public static final Duration UNTOLD_SUPPRESSES = Duration.ofHours(1);

    private static final Duration TOLD_SOON = Duration.ofSeconds(1);
    /** Prepared, accepted, and settled otherwise. */
    private static final int NOTES_OF_ROW = 3;

    private static final int MOST = 1_000_000;
}
