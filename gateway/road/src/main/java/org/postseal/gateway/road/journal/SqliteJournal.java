package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.mail.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the journal in a SQLite file of its own. An {@link AcceptedFile} lies beside it. While the file cannot be
 * written, {@link Unwritten} keeps what is missing from it.
 */
public final class SqliteJournal implements Journal {
    private final CommitThread file;
    private final AcceptedFile notes;
    private final Reserved reserved;
    private final Unwritten unwritten = new Unwritten();
    private final InstantSource clock;

    private SqliteJournal(CommitThread file, AcceptedFile notes, Reserved reserved, InstantSource clock) {
        this.file = file;
        this.notes = notes;
        this.reserved = reserved;
        this.clock = clock;
    }

    /**
     * Opens the journal, and makes the file with mode 0600 if there is none.
     *
     * @param retention the time after which rows are removed
     * @param timeLimit the limit for one transaction, and for the wait until another caller with the same key is done
     */
    public static SqliteJournal open(Path path, Duration retention, Duration timeLimit, InstantSource clock)
            throws JournalException {
        CommitThread file = new CommitThread(
                path, timeLimit, sql -> sql.update(REMOVE, clock.instant().minus(retention)));
        try {
            AcceptedFile notes = AcceptedFile.open(path);
            try {
                takeUp(notes, file);
                Instant now = clock.instant();
                // Nobody waits for this write, since only commands that read the journal need it.
                file.writeLater(
                        sql -> sql.update("DELETE FROM process") + sql.update("INSERT INTO process VALUES (?)", now));
                return new SqliteJournal(file, notes, new Reserved(timeLimit), clock);
            } catch (JournalException e) {
                close(notes);
                throw e;
            }
        } catch (JournalException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Marks as accepted those rows that had a note, but were not yet written, when the process ended. Rows that were
     * written, or were sent again since, stay as they are.
     */
    private static void takeUp(AcceptedFile notes, CommitThread file) throws JournalException {
        List<AcceptedRecords.Note> left = notes.notes();
        if (!left.isEmpty()) {
            int taken = file.write(sql -> {
                int changed = 0;
                for (AcceptedRecords.Note note : left) {
                    changed += sql.update(
                            TAKE_UP, note.reply(), note.at(), note.key().octets(), note.queueId());
                }
                return changed;
            });
            if (taken > 0) {
                LOG.info("{} recipients had been accepted by a next hop when the gateway ended: not sent again", taken);
            }
        }
        notes.clear();
    }

    private static void close(AcceptedFile notes) {
        try {
            notes.close();
        } catch (IOException e) {
            LOG.debug("not closed cleanly", e);
        }
    }

    @Override
    public Claim claim(Collection<JournalKey> keys) throws JournalException {
        Set<JournalKey> distinct = new HashSet<>(keys);
        reserved.take(distinct);
        try {
            if (!unwritten.of(distinct).isEmpty()) {
                writeUp();
            }
            Map<JournalKey, JournalEntry> entries = file.read(sql -> {
                Map<JournalKey, JournalEntry> found = new LinkedHashMap<>();
                for (JournalKey key : distinct) {
                    sql.first(JournalFile.SELECT + " WHERE key = ?", JournalFile::entry, key.octets())
                            .ifPresent(entry -> found.put(key, entry));
                }
                return found;
            });
            // Rows that are accepted but still could not be written count as well.
            unwritten.of(distinct).forEach(row -> entries.put(row.key(), row));
            return new Taken(distinct, entries);
        } catch (JournalException | RuntimeException e) {
            reserved.giveBack(distinct);
            throw e;
        }
    }

    @Override
    public void told(QueueId queueId) {
        Instant now = clock.instant();
        unwritten.told(queueId, now);
        file.writeLater(sql -> sql.update(TOLD, now, queueId.text()));
    }

    // The row is removed in the same transaction, so that nobody sees it. An empty transaction would write nothing, and
    // a full disk would not be noticed.
    @Override
    public void requireWritable() throws JournalException {
        Instant now = clock.instant();
        int _ = file.write(sql -> {
            int written = sql.update(PUT, NOBODY, JournalState.REFUSED, "", null, "", 0, "", null, 0, now);
            return written + sql.update("DELETE FROM delivery WHERE key = ?", (Object) NOBODY);
        });
        writeUp();
    }

    /** Writes the rows that the file lacks, as soon as it can be written again. */
    private void writeUp() {
        if (unwritten.isEmpty()) {
            return;
        }
        try {
            // The rows are read on the file's thread. If the key of a row belongs to another message by then, the row
            // is no longer kept.
            List<JournalEntry> written = file.write(sql -> unwritten.write(row -> putRow(sql, row)));
            unwritten.forgetWritten(written);
            LOG.info("{} recipients whom a next hop had accepted are now in the journal", written.size());
        } catch (JournalException e) {
            LOG.debug("the journal still fails", e);
        }
    }

    @Override
    public void requireAnswer() throws JournalException {
        file.requireAnswer();
    }

    @Override
    public void close() {
        writeUp();
        file.close();
        close(notes);
    }

    private final class Taken implements Claim {
        private final Set<JournalKey> keys;
        private final Map<JournalKey, JournalEntry> entries;
        private final List<Unwritten.Heard> heard = new ArrayList<>();
        private volatile boolean isClosed;

        Taken(Set<JournalKey> keys, Map<JournalKey, JournalEntry> entries) {
            this.keys = keys;
            this.entries = Map.copyOf(entries);
        }

        @Override
        public Map<JournalKey, JournalEntry> entries() {
            return entries;
        }

        @Override
        public void prepared(List<JournalEntry> rows) throws JournalException {
            List<JournalKey> again = rows.stream().map(JournalEntry::key).toList();
            // The old rows go first: if they were written after the new ones, they would hide that the message is sent
            // again.
            unwritten.forget(again);
            synchronized (heard) {
                heard.removeIf(one -> {
                    boolean isOlder = again.contains(one.row().key());
                    if (isOlder) {
                        one.forget();
                    }
                    return isOlder;
                });
            }
            put(rows);
            writeUp();
        }

        @Override
        public void accepted(List<JournalEntry> rows) {
            synchronized (heard) {
                // After the claim is closed, nothing would remove the note.
                if (!isClosed) {
                    rows.forEach(row -> heard.add(new Unwritten.Heard(row, notes.note(row))));
                }
            }
        }

        @Override
        public void settled(List<JournalEntry> rows) throws JournalException {
            try {
                put(rows);
            } catch (JournalException e) {
                List<JournalKey> known;
                synchronized (heard) {
                    known = heard.stream().map(one -> one.row().key()).toList();
                }
                accepted(rows.stream()
                        .filter(row -> row.state() == JournalState.ACCEPTED && !known.contains(row.key()))
                        .toList());
                throw e;
            }
            Set<JournalKey> written = rows.stream().map(JournalEntry::key).collect(Collectors.toSet());
            synchronized (heard) {
                heard.removeIf(one -> {
                    boolean isWritten = written.contains(one.row().key());
                    if (isWritten) {
                        one.forget();
                    }
                    return isWritten;
                });
            }
        }

        @Override
        public void suppressed(Collection<JournalKey> again, QueueId attempt) throws JournalException {
            unwritten.suppressed(again, attempt);
            Set<JournalKey> unknown =
                    unwritten.of(again).stream().map(JournalEntry::key).collect(Collectors.toSet());
            List<byte[]> octets = again.stream()
                    .filter(key -> !unknown.contains(key))
                    .map(JournalKey::octets)
                    .toList();
            // Nobody waits for this write. It is done before any later report that the peer has our reply to this
            // attempt.
            file.writeLater(sql -> {
                int changed = 0;
                for (byte[] key : octets) {
                    changed += sql.update("UPDATE delivery SET queue_id = ? WHERE key = ?", attempt.text(), key);
                }
                return changed;
            });
        }

        @Override
        public void close() {
            if (!isClosed) {
                synchronized (heard) {
                    isClosed = true;
                    // What is left are the rows that could not be written.
                    heard.forEach(unwritten::keep);
                    heard.clear();
                }
                reserved.giveBack(keys);
            }
        }

        private void put(List<JournalEntry> rows) throws JournalException {
            if (rows.isEmpty()) {
                return;
            }
            List<JournalEntry> own = new ArrayList<>(rows);
            int _ = file.write(sql -> {
                for (JournalEntry row : own) {
                    putRow(sql, row);
                }
                return own.size();
            });
        }
    }

    private static void putRow(Sql sql, JournalEntry row) throws SQLException {
        int _ = sql.update(
                PUT,
                row.key().octets(),
                row.state(),
                row.queueId(),
                row.upstreamId(),
                row.recipient(),
                row.unit(),
                row.reply(),
                row.told(),
                row.doubts(),
                row.at());
    }

    // This key matches no row, since a SHA-256 is longer.
    private static final byte[] NOBODY = new byte[1];
    // If the row exists, its key and its index entry stay. REPLACE would write them anew.
    private static final String PUT = """
            INSERT INTO delivery (key, state, queue_id, upstream_id, recipient, unit, reply, told, doubts, at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET state = excluded.state, queue_id = excluded.queue_id,
                upstream_id = excluded.upstream_id, recipient = excluded.recipient, unit = excluded.unit,
                reply = excluded.reply, told = excluded.told, doubts = excluded.doubts, at = excluded.at""";
    private static final String TOLD = "UPDATE delivery SET told = ?"
            + " WHERE queue_id = ? AND upstream_id IS NULL AND told IS NULL AND state = 'accepted'";
    private static final String TAKE_UP = "UPDATE delivery SET state = 'accepted', reply = ?, at = ?"
            + " WHERE key = ? AND queue_id = ? AND state = 'prepared'";
    static final String REMOVE =
            "DELETE FROM delivery WHERE key IN (SELECT key FROM delivery WHERE at < ? ORDER BY at LIMIT 1000)";
    private static final Logger LOG = LoggerFactory.getLogger(SqliteJournal.class);
}
