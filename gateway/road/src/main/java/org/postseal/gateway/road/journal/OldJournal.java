package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.Sql;
import org.postseal.certstore.database.Sqlite;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the journal of a gateway before the ledger, which was a SQLite file. */
final class OldJournal {
    private OldJournal() {}

    /**
     * Returns its rows that are not older than this; none if there is no such file.
     *
     * @throws JournalException if the file cannot be read, or is none of a journal
     */
    static List<JournalEntry> rows(Path file, Instant since) throws JournalException {
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        Sqlite sqlite = new Sqlite(file, Duration.ofSeconds(5));
        try (Sql sql = sqlite.connectReading()) {
            return sql.list(
                    "SELECT key, state, queue_id, upstream_id, recipient, unit, reply, told, doubts, at"
                            + " FROM delivery WHERE at >= ? ORDER BY at",
                    OldJournal::row,
                    since);
        } catch (SQLException e) {
            throw new JournalException(String.valueOf(sqlite.named(e).getMessage()), e);
        } catch (DatabaseException e) {
            throw new JournalException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Gives the file another name, so that it is read once, and removes what lay beside it. */
    static void done(Path file) throws JournalException {
        try {
            if (Files.isRegularFile(file)) {
                Files.move(
                        file,
                        file.resolveSibling(file.getFileName() + "-before-ledger"),
                        StandardCopyOption.ATOMIC_MOVE);
            }
            for (String companion : List.of("-wal", "-shm", "-accepted", "-suspects")) {
                Path old = file.resolveSibling(file.getFileName() + companion);
                if (Files.deleteIfExists(old)) {
                    LOG.info("{} is removed, since the ledger has taken its place", old);
                }
            }
        } catch (IOException e) {
            throw new JournalException("cannot rename " + file + ": " + e.getMessage(), e);
        }
    }

    private static JournalEntry row(ResultSet row) throws SQLException {
        return new JournalEntry(
                JournalKey.of(row.getBytes("key")),
                JournalState.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getString("queue_id"),
                Optional.ofNullable(row.getString("upstream_id")),
                row.getString("recipient"),
                row.getInt("unit"),
                row.getString("reply"),
                Sql.optionalInstant(row, "told"),
                row.getInt("doubts"),
                Sql.instant(row, "at"));
    }

    private static final Logger LOG = LoggerFactory.getLogger(OldJournal.class);
}
