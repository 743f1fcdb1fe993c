package org.postseal.gateway.road.fleet;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.audit.ledger.Frame;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.road.journal.LedgerJournal;
import org.postseal.gateway.road.journal.RowFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings to the database what the ledger of a node knows, and the database does not: at the start of the node, what
 * earlier processes have left, and later, what the database has lost.
 */
final class CatchUp {
    private final DeliveryRows table;
    private final Predicate<JournalEntry> mayBeLacking;
    private final Instant now = Instant.now();
    private final Map<JournalKey, Found> newest = new HashMap<>();

    private record Found(long sequence, JournalEntry row) {}

    /** @param mayBeLacking says whether a row that the database does not have may be inserted */
    private CatchUp(DeliveryRows table, Predicate<JournalEntry> mayBeLacking) {
        this.table = table;
        this.mayBeLacking = mayBeLacking;
    }

    /**
     * Brings what the ledger has of earlier processes.
     *
     * @param isNew true if none of them has been in the fleet
     */
    static void run(Postgres database, DeliveryRows table, Ledger ledger, boolean isNew) throws JournalException {
        CatchUp catchUp = new CatchUp(table, row -> mayBeLacking(row, isNew));
        try {
            // An old copy of a ledger proves nothing: what it says of a row may not be true any more.
            if (ledger.isDoubtful()) {
                LOG.warn("the rows of the ledger are not brought to the database, since the ledger contradicts the"
                        + " audit log");
            } else {
                ledger.read(catchUp::take, catchUp::take);
            }
            Frame _ = ledger.note(Frame.Kind.START, RowFormat.time(catchUp.now));
        } catch (IOException e) {
            throw new JournalException(String.valueOf(e.getMessage()), e);
        }
        try (Sql sql = database.connect()) {
            catchUp.write(sql);
        } catch (SQLException e) {
            throw Membership.failed(database, e);
        }
    }

    /**
     * Brings again what the ledger has, after the database has lost a part of what it had.
     *
     * @param isOurs says of a row without an IDENT whether no other node can have removed it
     */
    static void again(Sql sql, DeliveryRows table, Ledger ledger, Predicate<JournalKey> isOurs)
            throws SQLException, IOException {
        CatchUp catchUp = new CatchUp(
                table,
                row -> row.told().isEmpty()
                        && (row.upstreamId().isPresent() || (isOurs.test(row.key()) && isYoung(row))));
        ledger.read(catchUp::take, catchUp::take);
        catchUp.newest.values().removeIf(found -> found.row().state() != JournalState.ACCEPTED);
        catchUp.write(sql);
    }

    private void take(Frame frame) {
        if (frame.kind() == Frame.Kind.ROW) {
            RowFormat.row(frame)
                    .ifPresent(row -> newest.merge(
                            row.key(),
                            new Found(frame.sequence(), row),
                            (one, other) -> one.sequence() > other.sequence() ? one : other));
        }
    }

    /** Writes what was read. Then earlier processes have left nothing that the database does not know. */
    private void write(Sql sql) throws SQLException {
        List<JournalEntry> rows = newest.values().stream()
                .map(Found::row)
                .filter(row -> row.state() != JournalState.REFUSED)
                .filter(row -> row.at().isAfter(now.minus(table.retention())))
                .sorted(Comparator.comparing(JournalEntry::key))
                .toList();
        int brought = 0;
        DeliveryRows.begin(sql);
        for (int from = 0; from < rows.size(); from += MOST) {
            brought += write(sql, rows.subList(from, Math.min(from + MOST, rows.size())));
        }
        sql.execute("COMMIT");
        NodeRows.caughtUp(sql, table.node());
        if (brought > 0) {
            LOG.info("{} rows that a next hop had accepted are in the database now", brought);
        }
    }

    private int write(Sql sql, List<JournalEntry> rows) throws SQLException {
        List<Change> changes = new ArrayList<>();
        for (JournalEntry row : rows) {
            changes.add(new Change(Change.Kind.OUTCOME, row));
            if (row.told().isPresent()) {
                changes.add(Change.told(row));
            }
        }
        Set<JournalKey> _ = table.begin(sql, rows.stream().filter(mayBeLacking).toList());
        return table.change(sql, changes)
                .getOrDefault(Change.Kind.OUTCOME, Set.of())
                .size();
    }

    /**
     * Returns true if a row that the database does not have may be inserted. Another node may have removed it since.
     * Without an IDENT, it did so when the peer was told, and if the row came back, a later message that looks the same
     * would be lost. Only of a node that is new to the fleet, nobody has removed anything.
     */
    private static boolean mayBeLacking(JournalEntry row, boolean isNew) {
        boolean hasIdent = row.upstreamId().isPresent();
        return row.told().isEmpty()
                && (isNew
                        ? hasIdent || isYoung(row) || row.isInDoubt()
                        : hasIdent && row.state() == JournalState.ACCEPTED);
    }

    private static boolean isYoung(JournalEntry row) {
        return row.at().isAfter(Instant.now().minus(LedgerJournal.UNTOLD_SUPPRESSES));
    }

    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
    private static final int MOST = 1000;
}
