package org.postseal.gateway.road.fleet;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.road.fleet.Membership.Node;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.road.journal.Reserved;
import org.postseal.gateway.road.journal.Suspects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the journal in PostgreSQL, which all nodes of a fleet share. A claim writes the rows of the attempt and holds
 * them for this node. What a next hop accepts is a note in the node's own ledger until the database has it.
 */
public final class FleetJournal implements Journal {
    private final Membership membership;
    private final Reserved reserved;
    private final GroupCommit commits;
    private final Notes notes;
    private final Suspects suspects;
    private final Kept kept;
    private final Untold untold = new Untold();
    private final AtomicInteger sessions = new AtomicInteger();
    private final Duration timeLimit;
    private final InstantSource clock;
    private volatile boolean isClosed;

    /**
     * The limits of time.
     *
     * @param retention the time after which rows are removed
     * @param timeLimit for one answer of the database, and for the wait until another caller with the same key is done
     */
    public record Limits(Duration retention, Duration timeLimit) {}

    private FleetJournal(Membership membership, DeliveryRows rows, Ledger ledger, Suspects suspects, Limits limits) {
        this.membership = membership;
        this.reserved = new Reserved(limits.timeLimit());
        this.notes = new Notes(ledger);
        this.suspects = suspects;
        this.kept = new Kept(rows, ledger);
        this.timeLimit = limits.timeLimit();
        this.clock = InstantSource.system();
        this.commits = new GroupCommit(membership.database(), rows, sessions::get, untold::tidy);
    }

    /**
     * Brings what the ledger has of earlier processes to the database. From then on other nodes may take the rows that
     * those have left.
     *
     * @param ledger the node's own, which nobody else writes to
     */
    public static FleetJournal open(Membership membership, Ledger ledger, Limits limits) throws JournalException {
        Suspects suspects = Suspects.open(ledger, limits.retention(), InstantSource.system());
        FleetSuspects.share(membership, suspects, limits.retention(), InstantSource.system());
        DeliveryRows rows = new DeliveryRows(membership::node, membership.lease(), limits.retention());
        Node node = membership.node();
        Optional<Confirmed> known = Confirmed.newest(ledger, node.name());
        if (known.isPresent()) {
            membership.compare(known.get());
        }
        CatchUp.run(membership.database(), rows, ledger, node.isNew() && known.isEmpty());
        FleetJournal journal = new FleetJournal(membership, rows, ledger, suspects, limits);
        ledger.keptBy(journal.notes);
        journal.kept.noteConfirmed();
        membership.keeping(journal.kept);
        return journal;
    }

    @Override
    public Claim claim(Collection<JournalEntry> begun) throws JournalException {
        Map<JournalKey, JournalEntry> rows = new HashMap<>();
        begun.forEach(row -> rows.putIfAbsent(row.key(), row));
        reserved.take(rows.keySet());
        sessions.incrementAndGet();
        try {
            long losses = membership.losses();
            return new Held(rows, losses, taken(List.copyOf(rows.values())));
        } catch (JournalException | RuntimeException e) {
            sessions.decrementAndGet();
            reserved.giveBack(rows.keySet());
            throw e;
        }
    }

    /**
     * Takes the rows, as soon as no other node holds any. A peer may quit and send the same octets again at once, over
     * another connection: its QUIT says that it has our 2xx, and may be read a little later.
     */
    private Claimed.Taken taken(List<JournalEntry> rows) throws JournalException {
        long start = System.nanoTime();
        while (true) {
            if (isClosed) {
                throw new JournalException("the journal is closed");
            }
            membership.requireReady();
            Duration spent = Duration.ofNanos(System.nanoTime() - start);
            boolean awaitsTold = spent.compareTo(TOLD_SOON) < 0 && spent.compareTo(timeLimit.dividedBy(2)) < 0;
            switch (commits.claim(new DeliveryRows.Wanted(rows, awaitsTold), timeLimit)) {
                case Claimed.Taken taken -> {
                    return taken;
                }
                case Claimed.Blocked(String why) -> {
                    if (spent.plus(POLL).compareTo(timeLimit) > 0) {
                        throw new JournalException(why + ", tried for " + timeLimit.toMillis() + " ms");
                    }
                    pause();
                }
            }
        }
    }

    private static void pause() throws JournalException {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalException("interrupted", e);
        }
    }

    @Override
    public Suspects suspects() {
        return suspects;
    }

    @Override
    public void told(QueueId queueId) {
        List<JournalEntry> rows = untold.remove(queueId.text());
        for (JournalEntry row : rows) {
            if (row.upstreamId().isEmpty()) {
                try {
                    notes.note(row.toldAt(clock.instant()));
                } catch (IOException e) {
                    LOG.debug("the ledger does not say that a peer has our reply", e);
                }
            }
        }
        var _ = keep(rows.stream().map(Change::told).toList(), false);
    }

    /** Writes changes sooner or later; the ledger keeps its notes of these rows until then. */
    private CompletableFuture<Set<JournalKey>> keep(List<Change> changes, boolean isAwaited) {
        return commits.keep(changes, isAwaited).thenApply(missed -> {
            changes.forEach(change -> {
                if (change.kind() == Change.Kind.OUTCOME
                        && missed.contains(change.row().key())) {
                    notes.missed(change.row().key());
                } else {
                    notes.written(change.row().key());
                }
            });
            return missed;
        });
    }

    @Override
    public void requireReady() throws JournalException {
        membership.requireReady();
    }

    @Override
    public void requireWritable() throws JournalException {
        membership.requireAlive();
        commits.requireSound(membership.lease().length().dividedBy(2));
        try {
            notes.requireRoom();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Takes no more claims, and writes what is left. Membership and ledger are closed by their owner. */
    @Override
    public void close() {
        isClosed = true;
        suspects.close();
        commits.close();
        kept.noteConfirmed();
    }

    /** What this process knows, for when the database has lost it. */
    private final class Kept implements Membership.Kept {
        private final DeliveryRows rows;
        private final Ledger ledger;
        private long notedAt = System.nanoTime();

        Kept(DeliveryRows rows, Ledger ledger) {
            this.rows = rows;
            this.ledger = ledger;
        }

        @Override
        public int onTheirWay() {
            return sessions.get();
        }

        @Override
        public void nothingLost(long time) {
            notes.nothingLost(time);
            if (time - notedAt > NOTE_CONFIRMED.toNanos()) {
                notedAt = time;
                noteConfirmed();
            }
        }

        void noteConfirmed() {
            try {
                membership.confirmed().note(ledger);
            } catch (IOException e) {
                LOG.debug("the ledger does not say what the database has confirmed", e);
            }
        }

        /** Other nodes take rows of this one after a lease and its grace, and may have removed them since. */
        @Override
        public void bringAgain(Sql sql) throws SQLException, IOException {
            boolean isKnown = membership.silence().compareTo(membership.lease().end()) < 0;
            CatchUp.again(sql, rows, ledger, key -> isKnown && notes.isOpen(key));
        }
    }

    private static JournalException failed(IOException e) {
        return new JournalException(String.valueOf(e.getMessage()), e);
    }

    /** The rows of one attempt, which this node holds. */
    private final class Held implements Claim {
        private final Map<JournalKey, JournalEntry> begun;
        private final Claimed.Taken taken;
        private final long losses;
        /** The rows that are being sent, and those of them that were heard to be accepted, until they are settled. */
        private final Map<JournalKey, JournalEntry> open = new HashMap<>();

        private final Set<JournalKey> settled = new HashSet<>();
        private Optional<Ledger.Room> room = Optional.empty();
        private boolean isOver;

        Held(Map<JournalKey, JournalEntry> begun, long losses, Claimed.Taken taken) {
            this.begun = begun;
            this.losses = losses;
            this.taken = taken;
        }

        @Override
        public Map<JournalKey, JournalEntry> entries() {
            return taken.entries();
        }

        // The claim has written the new rows. Before the first octet leaves, room is reserved for what the next hop
        // will say.
        @Override
        public void prepared(List<JournalEntry> rows) throws JournalException {
            List<Change> again = rows.stream()
                    .filter(row -> !taken.fresh().contains(row.key()) || row.doubts() > 0)
                    .map(row -> new Change(Change.Kind.PREPARE, row))
                    .toList();
            if (!again.isEmpty() && !commits.write(again, timeLimit).isEmpty()) {
                throw new JournalException(LOST);
            }
            synchronized (this) {
                giveBackRoom();
                try {
                    room = Optional.of(notes.reserve(rows));
                } catch (IOException e) {
                    throw failed(e);
                }
                rows.forEach(row -> open.put(row.key(), row));
            }
        }

        @Override
        public void requireHeld() throws JournalException {
            membership.requireAlive();
            if (membership.losses() != losses) {
                throw new JournalException("the database of the fleet may have lost the claim");
            }
        }

        @Override
        public synchronized void accepted(List<JournalEntry> heard) {
            if (isOver) {
                return;
            }
            for (JournalEntry row : heard) {
                open.put(row.key(), row);
                try {
                    notes.note(room.orElseThrow(() -> new IOException("nothing was prepared")), row);
                } catch (IOException e) {
                    LOG.error("the ledger does not take what a next hop said: {}", e.getMessage());
                }
            }
        }

        @Override
        public void settled(List<JournalEntry> rows, boolean isLast) throws JournalException {
            settle(rows);
            List<JournalEntry> accepted = rows.stream()
                    .filter(row -> row.state() == JournalState.ACCEPTED)
                    .toList();
            Set<JournalKey> missed =
                    commits.await(outcome(rows.stream().map(Held::settling).toList(), true), timeLimit);
            if (accepted.stream().anyMatch(row -> missed.contains(row.key()))) {
                throw new JournalException(LOST);
            }
            untold.add(accepted);
        }

        /** If the database has lost the claim since, an acceptance that it does not take must be brought again. */
        private CompletableFuture<Set<JournalKey>> outcome(List<Change> changes, boolean isAwaited) {
            return keep(changes, isAwaited).thenApply(missed -> {
                boolean isLacking = changes.stream()
                        .anyMatch(change -> change.isAcceptance()
                                && missed.contains(change.row().key()));
                if (isLacking && membership.losses() != losses) {
                    membership.bringAgain();
                }
                return missed;
            });
        }

        private synchronized void settle(List<JournalEntry> rows) {
            accepted(rows.stream()
                    .filter(row -> row.state() == JournalState.ACCEPTED)
                    .filter(row -> !isHeard(row.key()))
                    .toList());
            rows.forEach(row -> {
                open.remove(row.key());
                settled.add(row.key());
            });
        }

        private boolean isHeard(JournalKey key) {
            JournalEntry known = open.get(key);
            return known != null && known.state() == JournalState.ACCEPTED;
        }

        /** A refusal is only a record, which nobody needs unless the copy was sent again in doubt. */
        private static Change settling(JournalEntry row) {
            return new Change(
                    row.state() == JournalState.REFUSED && row.doubts() == 0 ? Change.Kind.REMOVE : Change.Kind.OUTCOME,
                    row);
        }

        @Override
        public void suppressed(Collection<JournalKey> again, QueueId attempt) {
            List<JournalEntry> rows = again.stream()
                    .map(taken.entries()::get)
                    .filter(row -> row != null)
                    .map(row -> row.by(attempt))
                    .toList();
            var _ = commits.keep(
                    rows.stream()
                            .map(row -> new Change(Change.Kind.SUPPRESS, row))
                            .toList(),
                    false);
            untold.add(rows);
        }

        @Override
        public synchronized void close() {
            if (isOver) {
                return;
            }
            isOver = true;
            giveBackRoom();
            List<Change> changes = new ArrayList<>();
            begun.forEach((key, row) -> {
                JournalEntry left = open.get(key);
                if (left != null) {
                    changes.add(new Change(Change.Kind.OUTCOME, left));
                } else if (!settled.contains(key)) {
                    leave(row).ifPresent(changes::add);
                }
            });
            var _ = outcome(changes, false);
            sessions.decrementAndGet();
            reserved.giveBack(begun.keySet());
        }

        /** Returns what is to be done about a row of which nothing was sent. */
        private Optional<Change> leave(JournalEntry row) {
            if (taken.fresh().contains(row.key())) {
                return Optional.of(new Change(Change.Kind.REMOVE, row));
            }
            JournalEntry entry = taken.entries().get(row.key());
            return entry == null || entry.isSuppressing()
                    ? Optional.empty()
                    : Optional.of(new Change(Change.Kind.GIVE_BACK, row));
        }

        private void giveBackRoom() {
            room.ifPresent(Ledger.Room::close);
            room = Optional.empty();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(FleetJournal.class);
    private static final String LOST = "another node has taken over the rows of this message";
    private static final Duration TOLD_SOON = Duration.ofSeconds(1);
    /** A restore that loses less than this may not be seen by a node that was killed before it. */
    private static final Duration NOTE_CONFIRMED = Duration.ofMinutes(1);

    private static final Duration POLL = Duration.ofMillis(50);
}
