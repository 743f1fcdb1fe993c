package org.postseal.gateway.road.fleet;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.database.Sql;
import org.postseal.certstore.database.Sql.Part;
import org.postseal.gateway.road.fleet.Membership.Lease;
import org.postseal.gateway.road.fleet.Membership.Node;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.road.journal.LedgerJournal;

/**
 * The statements on the table of rows. Each carries many rows as arrays, in the order of their keys, so that two nodes
 * never wait for each other in a circle. A claim waits for no row that is there: one that it finds locked counts as
 * held by another node.
 *
 * @param current this node
 * @param retention the time after which rows are removed
 */
record DeliveryRows(Supplier<Node> current, Lease lease, Duration retention) {
    /** Returns the process that writes; it is another one after the node has joined anew. */
    Node node() {
        return current.get();
    }

    /** A row that was there when a claim wanted it. */
    private record Found(JournalEntry entry, boolean isFree, boolean isOwn, String holder) {
        boolean mayBeTaken() {
            return isFree && !entry.isSuppressing();
        }
    }

    /** One of several claims that are made at once, none of which has a key of another. */
    record Wanted(List<JournalEntry> rows, boolean awaitsTold) {}

    /** Begins a transaction on these rows. Its settings end with it, since a pooler may stand between. */
    static void begin(Sql sql) throws SQLException {
        sql.execute(START);
    }

    /**
     * What was committed.
     *
     * @param changed the keys of the changes of each kind that found their row as they should
     */
    record Committed(List<Claimed> claimed, Map<Change.Kind, Set<JournalKey>> changed) {}

    /**
     * Makes these claims, each wholly or not at all, and writes these changes, kind by kind. No claim may have a row of
     * a change that was asked for before it. If all rows of the claims are new, it is one transaction, which goes to
     * the server in one message. Otherwise another one decides about the claims: until then this node holds the rows
     * that were new.
     */
    Committed commit(Sql sql, List<Wanted> claims, List<Change> changes) throws SQLException {
        List<JournalEntry> wanted =
                claims.stream().flatMap(claim -> claim.rows().stream()).toList();
        Written written = write(sql, List.of(Part.of(START)), wanted, changes, List.of(Part.of("COMMIT")));
        Set<JournalKey> fresh = written.inserted();
        Map<JournalKey, Found> found = found(
                sql, wanted.stream().filter(row -> !fresh.contains(row.key())).toList());
        List<Claimed> results =
                claims.stream().map(claim -> judged(claim, fresh, found)).toList();
        if (fresh.size() < wanted.size()) {
            end(sql, claims, results, fresh);
        }
        return new Committed(results, written.changed());
    }

    /** Takes the rows that were there, or removes those that were not, and commits. */
    private void end(Sql sql, List<Wanted> claims, List<Claimed> results, Set<JournalKey> fresh) throws SQLException {
        List<JournalEntry> taken = new ArrayList<>();
        List<Change> undone = new ArrayList<>();
        for (int i = 0; i < claims.size(); i++) {
            for (JournalEntry row : claims.get(i).rows()) {
                switch (results.get(i)) {
                    case Claimed.Taken(var _, var entries) -> {
                        JournalEntry entry = entries.get(row.key());
                        if (entry != null && !entry.isSuppressing()) {
                            taken.add(row);
                        }
                    }
                    case Claimed.Blocked _ -> {
                        if (fresh.contains(row.key())) {
                            undone.add(new Change(Change.Kind.REMOVE, row));
                        }
                    }
                }
            }
        }
        Part take = Part.of(
                TAKE, node().name(), node().incarnation(), Columns.of(taken).keys());
        Part commit = Part.of("COMMIT");
        Written _ = write(sql, List.of(), List.of(), undone, taken.isEmpty() ? List.of(commit) : List.of(take, commit));
    }

    /** Inserts the rows that are not there, and returns their keys. */
    Set<JournalKey> begin(Sql sql, List<JournalEntry> rows) throws SQLException {
        return write(sql, List.of(), rows, List.of(), List.of()).inserted();
    }

    private Part insertion(List<JournalEntry> rows) {
        Columns columns = Columns.of(rows);
        return Part.of(
                BEGIN,
                columns.keys(),
                columns.queueIds(),
                columns.texts(row -> row.upstreamId().orElse(null)),
                columns.texts(JournalEntry::recipient),
                columns.numbers(row -> row.at().toEpochMilli()),
                node().name(),
                node().incarnation());
    }

    /** Begins a transaction if there are rows, reads them, and locks those that may be taken. */
    private Map<JournalKey, Found> found(Sql sql, List<JournalEntry> rows) throws SQLException {
        Map<JournalKey, Found> found = new HashMap<>(find(sql, List.of(Part.of(START)), FIND, rows));
        List<JournalEntry> free = rows.stream()
                .filter(row -> Optional.ofNullable(found.get(row.key()))
                        .filter(Found::mayBeTaken)
                        .isPresent())
                .toList();
        found.values().removeIf(Found::mayBeTaken);
        found.putAll(find(sql, List.of(), FIND + " FOR UPDATE OF d SKIP LOCKED", free));
        return found;
    }

    private Map<JournalKey, Found> find(Sql sql, List<Part> before, String statement, List<JournalEntry> rows)
            throws SQLException {
        if (rows.isEmpty()) {
            return Map.of();
        }
        long dead = lease.end().toMillis();
        long untold = LedgerJournal.UNTOLD_SUPPRESSES.toMillis();
        List<Part> parts = new ArrayList<>(before);
        parts.add(Part.of(
                statement,
                untold,
                untold,
                dead,
                dead,
                dead,
                node().name(),
                node().incarnation(),
                Columns.of(rows).keys()));
        Map<JournalKey, Found> found = new HashMap<>();
        sql.together(parts, this::found)
                .getLast()
                .forEach(row -> found.put(row.entry().key(), row));
        return found;
    }

    private Found found(ResultSet row) throws SQLException {
        JournalEntry entry = entry(row);
        String holder = row.getString("node");
        boolean isOfUs = node().name().equals(holder);
        return new Found(
                row.getBoolean("is_old") ? entry.inDoubt() : entry,
                isOfUs || row.getBoolean("is_free"),
                isOfUs && row.getLong("incarnation") == node().incarnation(),
                String.valueOf(holder));
    }

    static JournalEntry entry(ResultSet row) throws SQLException {
        return new JournalEntry(
                JournalKey.of(row.getBytes("key")),
                JournalState.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getString("queue_id"),
                Optional.ofNullable(row.getString("upstream_id")),
                row.getString("recipient"),
                row.getInt("unit"),
                row.getString("reply"),
                Optional.ofNullable(row.getObject("told", OffsetDateTime.class)).map(OffsetDateTime::toInstant),
                row.getInt("doubts"),
                Sql.instant(row, "at"));
    }

    private static Claimed judged(Wanted claim, Set<JournalKey> inserted, Map<JournalKey, Found> found) {
        Set<JournalKey> fresh = new HashSet<>();
        Map<JournalKey, JournalEntry> entries = new LinkedHashMap<>();
        for (JournalEntry row : claim.rows()) {
            Found there = found.get(row.key());
            if (inserted.contains(row.key())) {
                fresh.add(row.key());
            } else if (there == null) {
                return new Claimed.Blocked("the same message is still on its way: another node changes its row");
            } else if (!there.isFree()) {
                return new Claimed.Blocked("the same message is still on its way at node " + there.holder());
            } else if (there.isOwn() && there.entry().queueId().equals(row.queueId())) {
                // The answer to this very claim was lost.
                fresh.add(row.key());
            } else if (claim.awaitsTold()
                    && there.entry().isSuppressing()
                    && there.entry().upstreamId().isEmpty()) {
                return new Claimed.Blocked("the peer may have our reply");
            } else {
                entries.put(row.key(), there.entry());
            }
        }
        return new Claimed.Taken(Set.copyOf(fresh), Map.copyOf(entries));
    }

    /** Writes changes, kind by kind, and returns the keys of those that found their row as they should. */
    Map<Change.Kind, Set<JournalKey>> change(Sql sql, List<Change> changes) throws SQLException {
        return write(sql, List.of(), List.of(), changes, List.of()).changed();
    }

    private record Written(Set<JournalKey> inserted, Map<Change.Kind, Set<JournalKey>> changed) {}

    private Written write(
            Sql sql, List<Part> before, List<JournalEntry> inserted, List<Change> changes, List<Part> after)
            throws SQLException {
        Map<Change.Kind, List<JournalEntry>> rows = new EnumMap<>(Change.Kind.class);
        changes.forEach(change ->
                rows.computeIfAbsent(change.kind(), _ -> new ArrayList<>()).add(change.row()));
        List<Part> parts = new ArrayList<>(before);
        if (!inserted.isEmpty()) {
            parts.add(insertion(inserted));
        }
        List<JournalEntry> locked =
                rows.keySet().stream().filter(Change.Kind::isOfAnyNode).count() > 1
                        ? changes.stream()
                                .filter(change -> change.kind().isOfAnyNode())
                                .map(Change::row)
                                .toList()
                        : List.of();
        if (!locked.isEmpty()) {
            parts.add(Part.of(LOCK, (Object) Columns.of(locked).keys()));
        }
        rows.forEach((kind, all) -> parts.add(statement(kind, all)));
        parts.addAll(after);
        Deque<Set<JournalKey>> keys = new ArrayDeque<>();
        if (inserted.size() + changes.size() + locked.size() <= MOST_TOGETHER) {
            keys.addAll(keys(sql, parts));
        } else {
            for (Part part : parts) {
                keys.addAll(keys(sql, List.of(part)));
            }
        }
        Set<JournalKey> fresh = inserted.isEmpty() ? Set.of() : keys.remove();
        Set<JournalKey> _ = locked.isEmpty() ? Set.of() : keys.remove();
        Map<Change.Kind, Set<JournalKey>> done = new EnumMap<>(Change.Kind.class);
        rows.keySet().forEach(kind -> done.put(kind, keys.remove()));
        return new Written(fresh, done);
    }

    private Part statement(Change.Kind kind, List<JournalEntry> rows) {
        Columns columns = Columns.of(rows);
        return switch (kind) {
            case PREPARE ->
                Part.of(
                        PREPARE,
                        columns.keys(),
                        columns.queueIds(),
                        columns.texts(row -> row.upstreamId().orElse(null)),
                        columns.texts(JournalEntry::recipient),
                        columns.numbers(row -> (long) row.unit()),
                        columns.texts(JournalEntry::reply),
                        columns.numbers(row -> (long) row.doubts()),
                        columns.numbers(row -> row.at().toEpochMilli()),
                        node().name(),
                        node().incarnation());
            case OUTCOME ->
                Part.of(
                        OUTCOME,
                        columns.keys(),
                        columns.queueIds(),
                        columns.texts(row -> row.state().name().toLowerCase(Locale.ROOT)),
                        columns.numbers(row -> (long) row.unit()),
                        columns.texts(JournalEntry::reply),
                        columns.numbers(row -> (long) row.doubts()),
                        columns.numbers(row -> row.at().toEpochMilli()),
                        node().name(),
                        node().incarnation());
            case REMOVE -> Part.of(REMOVE, columns.keys(), columns.queueIds(), node().name(), node().incarnation());
            case GIVE_BACK -> Part.of(GIVE_BACK, columns.keys(), node().name(), node().incarnation());
            case SUPPRESS -> Part.of(SUPPRESS, columns.keys(), columns.queueIds());
            case TELL -> Part.of(TELL, columns.keys(), columns.queueIds());
            case TELL_AND_REMOVE -> Part.of(TELL_AND_REMOVE, columns.keys(), columns.queueIds());
        };
    }

    /** Removes some of the rows that are of no use any more, and returns how many. */
    int removeOld(Sql sql) throws SQLException {
        long told = LedgerJournal.UNTOLD_SUPPRESSES.toMillis();
        return sql.update(REMOVE_OLD, told, told, retention.toMillis(), (long) MOST_REMOVED);
    }

    private static List<Set<JournalKey>> keys(Sql sql, List<Part> parts) throws SQLException {
        return parts.isEmpty()
                ? List.of()
                : sql.together(parts, row -> JournalKey.of(row.getBytes("key"))).stream()
                        .map(Set::copyOf)
                        .toList();
    }

    /** Rows as arrays, in the order of their keys. */
    private record Columns(List<JournalEntry> rows) {
        static Columns of(List<JournalEntry> rows) {
            return new Columns(rows.stream()
                    .sorted(Comparator.comparing(JournalEntry::key))
                    .toList());
        }

        byte[][] keys() {
            return rows.stream().map(row -> row.key().octets()).toArray(byte[][]::new);
        }

        String[] queueIds() {
            return texts(JournalEntry::queueId);
        }

        /** PostgreSQL refuses U+0000 in a text, which people alone read. */
        String[] texts(Function<JournalEntry, @Nullable String> text) {
            return rows.stream()
                    .map(text)
                    .map(each -> each == null ? null : each.replace('\0', '\uFFFD'))
                    .toArray(String[]::new);
        }

        Long[] numbers(Function<JournalEntry, Long> number) {
            return rows.stream().map(number).toArray(Long[]::new);
        }
    }

    private static final int MOST_REMOVED = 1000;
    /** The keys of so many rows, with what is around them in an answer, are less than 64 KiB. */
    private static final int MOST_TOGETHER = 1000;

    // The tables are empty when the plans are made, and large later. A transaction whose machine is gone must not stop
    // others for long.
    private static final String START = """
            BEGIN; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off;
            SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL lock_timeout = '200ms';
            SET LOCAL idle_in_transaction_session_timeout = '10s'""";

    private static final String BEGIN = """
            INSERT INTO fleet_delivery
                (key, queue_id, upstream_id, recipient, at, node, incarnation, taken, state, unit, doubts, reply)
            SELECT w.*, n.name, n.incarnation, now(), 'prepared', 0, 0, ''
            FROM unnest(?, ?, ?, ?, ?) AS w, fleet_node n WHERE n.name = ? AND n.incarnation = ?
            ON CONFLICT (key) DO NOTHING RETURNING key""";

    // A row is free if nobody holds it, if its process has ended and has said what it knew, or if its node is away for
    // so long that nobody waits any more. A node that was away itself waits first: the database may have been away for
    // all, or its clock was set forward. If that clock is set back, no row suppresses for longer than before. A process
    // that is fenced finds nothing. A subquery looks the holder up: for a row that another node has written between the
    // beginning of the statement and the lock, PostgreSQL joins nothing anew.
    private static final String FIND = """
            SELECT d.*,
                d.state = 'accepted' AND d.upstream_id IS NULL AND d.told IS NULL
                    AND d.taken NOT BETWEEN now() - ? * INTERVAL '1 millisecond'
                        AND now() + ? * INTERVAL '1 millisecond' AS is_old,
                NOT EXISTS (
                    SELECT 1 FROM fleet_node n WHERE n.name = d.node AND d.incarnation >= n.caught_up
                        AND (n.alive >= now() - ? * INTERVAL '1 millisecond'
                            OR me.since >= now() - ? * INTERVAL '1 millisecond'
                            OR me.alive < now() - ? * INTERVAL '1 millisecond')) AS is_free
            FROM fleet_delivery d JOIN fleet_node me ON me.name = ? AND me.incarnation = ?
            WHERE d.key = ANY (?) ORDER BY d.key""";
    private static final String TAKE = "UPDATE fleet_delivery SET node = ?, incarnation = ? WHERE key = ANY (?)";
    private static final String PREPARE = """
            UPDATE fleet_delivery d SET state = 'prepared', taken = now(), told = NULL, queue_id = w.queue_id,
                upstream_id = w.upstream_id, recipient = w.recipient, unit = w.unit, reply = w.reply,
                doubts = w.doubts, at = w.at
            FROM unnest(?, ?, ?, ?, ?, ?, ?, ?)
                AS w (key, queue_id, upstream_id, recipient, unit, reply, doubts, at)
            WHERE d.key = w.key AND d.node = ? AND d.incarnation = ? RETURNING d.key""";

    // The queue id says that the row is still of this attempt. A row that nobody holds was given back in doubt before
    // the next hop accepted the copy after all, or it is written already by a transaction whose answer was lost.
    private static final String OUTCOME = """
            UPDATE fleet_delivery d SET state = w.state, unit = w.unit, reply = w.reply, doubts = w.doubts, at = w.at,
                node = NULL, incarnation = NULL
            FROM unnest(?, ?, ?, ?, ?, ?, ?) AS w (key, queue_id, state, unit, reply, doubts, at)
            WHERE d.key = w.key AND d.queue_id = w.queue_id AND ((d.node = ? AND d.incarnation <= ?)
                OR (d.node IS NULL AND w.state = 'accepted')) RETURNING d.key""";
    private static final String REMOVE = """
            DELETE FROM fleet_delivery d USING unnest(?, ?) AS w (key, queue_id)
            WHERE d.key = w.key AND d.queue_id = w.queue_id AND d.node = ? AND d.incarnation = ? RETURNING d.key""";
    private static final String GIVE_BACK = """
            UPDATE fleet_delivery SET node = NULL, incarnation = NULL
            WHERE key = ANY (?) AND node = ? AND incarnation = ? RETURNING key""";
    private static final String OF_ATTEMPT = """
            unnest(?, ?) AS w (key, queue_id)
            WHERE d.key = w.key AND d.queue_id = w.queue_id AND d.state = 'accepted' RETURNING d.key""";
    private static final String SUPPRESS = """
            UPDATE fleet_delivery d SET queue_id = w.queue_id FROM unnest(?, ?) AS w (key, queue_id)
            WHERE d.key = w.key AND d.state = 'accepted' RETURNING d.key""";
    private static final String TELL = "UPDATE fleet_delivery d SET told = now() FROM " + OF_ATTEMPT;
    private static final String TELL_AND_REMOVE = "DELETE FROM fleet_delivery d USING " + OF_ATTEMPT;

    // Several nodes may suppress and tell rows that nobody holds. Two statements of one transaction lock them in the
    // order of all keys.
    private static final String LOCK =
            "SELECT key FROM fleet_delivery WHERE key = ANY (?) AND state = 'accepted' ORDER BY key FOR UPDATE";

    private static final String REMOVE_OLD = """
            DELETE FROM fleet_delivery WHERE key = ANY (ARRAY (
                SELECT key FROM fleet_delivery
                WHERE taken < now() - ? * INTERVAL '1 millisecond'
                    AND (told < now() - ? * INTERVAL '1 millisecond' OR taken < now() - ? * INTERVAL '1 millisecond')
                ORDER BY taken LIMIT ? FOR UPDATE SKIP LOCKED))""";
}
