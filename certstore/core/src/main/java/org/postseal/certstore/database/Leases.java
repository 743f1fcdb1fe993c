package org.postseal.certstore.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The turns of a database on a server: rows that name their owner and say when they end, by the database's clock. The
 * {@link Watcher} renews those that are held, so they end soon after their process, or after its connections. A row is
 * no lock of a session, so a pooler may stand between. Thread-safe.
 *
 * <p>A holder who was not heard of in time may still be in the middle of its work when the next one begins. It learns
 * from {@link Turn#isHeld} that its turn is over.
 */
final class Leases {
    private final Engine engine;
    private final Lanes writer;
    private final String owner;
    private final Map<String, Lease> held = new ConcurrentHashMap<>();

    /** @param node names this process in the table, for people */
    Leases(Engine engine, Lanes writer, String node) {
        this.engine = engine;
        this.writer = writer;
        this.owner = node + " " + UUID.randomUUID();
    }

    Optional<Turn> take(String name) {
        return writer.call(sql -> {
            long start = System.nanoTime();
            try {
                if (sql.update(TAKE, name, owner, LENGTH.toMillis()) == 0) {
                    return Optional.empty();
                }
            } catch (SQLException e) {
                throw engine.named(e);
            }
            Lease lease = new Lease(name, start);
            Lease lost = held.put(name, lease);
            if (lost != null) {
                lost.isOver = true;
            }
            return Optional.of(lease);
        });
    }

    /** Returns the node whose process has this turn now. */
    static Optional<String> holder(Sql sql, String name) throws SQLException {
        return sql.first(HOLDER, row -> row.getString("owner").replaceFirst(" [^ ]*$", ""), name);
    }

    /** Renews all turns of this process, and ends those whose rows others have taken. */
    void renew(Sql sql) throws SQLException {
        // A turn that is taken from here on may not be among the rows.
        List<Lease> before = List.copyOf(held.values());
        if (before.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        Set<String> ours = new HashSet<>(sql.list(RENEW, row -> row.getString("name"), LENGTH.toMillis(), owner));
        for (Lease lease : before) {
            if (ours.contains(lease.name)) {
                lease.renewed = start;
            } else {
                lease.isOver = true;
            }
        }
    }

    private void release(Lease lease) {
        if (held.remove(lease.name, lease) && lease.isHeld()) {
            try {
                int _ = writer.call(sql -> {
                    try {
                        return sql.update("DELETE FROM lease WHERE name = ? AND owner = ?", lease.name, owner);
                    } catch (SQLException e) {
                        throw engine.named(e);
                    }
                });
            } catch (DatabaseException ignored) {
                // The row ends by itself soon.
            }
        }
        lease.isOver = true;
    }

    final class Lease implements Turn {
        private final String name;
        /** A time of {@link System#nanoTime}; the row ends no earlier than {@link #LENGTH} after it. */
        private volatile long renewed;

        private volatile boolean isOver;

        private Lease(String name, long renewed) {
            this.name = name;
            this.renewed = renewed;
        }

        @Override
        public boolean isHeld() {
            return !isOver && System.nanoTime() - renewed < LENGTH.toNanos();
        }

        @Override
        public void close() {
            release(this);
        }
    }

    static final Duration LENGTH = Duration.ofSeconds(15);

    private static final String NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)";
    private static final String TAKE = "INSERT INTO lease (name, owner, ends) VALUES (?, ?, " + NOW + " + ?)"
            + " ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, ends = excluded.ends"
            + " WHERE lease.ends < " + NOW;
    private static final String HOLDER = "SELECT owner FROM lease WHERE name = ? AND ends >= " + NOW;
    private static final String RENEW =
            "UPDATE lease SET ends = " + NOW + " + ? WHERE owner = ? AND ends >= " + NOW + " RETURNING name";
}
