package org.postseal.gateway.road.fleet;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.ChainState;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the newest checkpoints of this node's logs to the database, and writes those of the other nodes into this
 * node's log of messages. So the log of a node that is missing, was cut or was written again shows from the others.
 *
 * <p>A thread of its own does so, with a connection of its own, and mail never waits for it. What fails is tried again
 * each second; meanwhile a newer checkpoint takes the place of the one that was not brought.
 */
public final class CheckpointExchange {
    private final Postgres database;
    private final Membership membership;
    private final AuditLog log;
    private final AuditConfig config;
    private final InstantSource clock;
    private final Rounds rounds;
    private final Map<String, String> published = new HashMap<>();
    private final Map<String, String> seen = new HashMap<>();
    /** A time of {@link System#nanoTime}. */
    private long nextLook = System.nanoTime();

    private CheckpointExchange(
            Postgres database, Membership membership, AuditLog log, AuditConfig config, InstantSource clock) {
        this.database = database;
        this.membership = membership;
        this.log = log;
        this.config = config;
        this.clock = clock;
        this.rounds = new Rounds(
                database,
                "fleet-checkpoints",
                "sharing the checkpoints of the audit log",
                this::share,
                () -> Thread.sleep(EACH));
    }

    /**
     * Begins the exchange. It ends when the log is closed, and then brings the last checkpoints.
     *
     * @param database that of the fleet, with a time limit for which the end of the program may wait
     * @param log the logs of this node
     */
    public static void start(
            Postgres database, Membership membership, AuditLog log, AuditConfig config, InstantSource clock) {
        CheckpointExchange exchange = new CheckpointExchange(database, membership, log, config, clock);
        log.afterClose(exchange::close);
    }

    private void share(Sql sql) throws SQLException, IOException {
        publish(sql);
        if (System.nanoTime() - nextLook >= 0) {
            look(sql);
            nextLook = System.nanoTime() + config.checkpoint().every().toNanos();
        }
    }

    private void publish(Sql sql) throws SQLException {
        for (ChainState chain : log.chains()) {
            String line = chain.checkpoint().orElse("");
            if (!line.isEmpty() && !line.equals(published.get(chain.log())) && !membership.isFenced()) {
                AuditLine checkpoint = AuditLine.read(line).orElseThrow();
                int _ = sql.update(
                        PUBLISH,
                        membership.node().name(),
                        chain.log(),
                        checkpoint.first(RecordField.CHAIN),
                        checkpoint.first(RecordField.SIGNED_NUMBER).map(Long::valueOf),
                        line);
                published.put(chain.log(), line);
            }
        }
    }

    private record Row(String node, String log, String chain, String line) {}

    private void look(Sql sql) throws SQLException, IOException {
        int _ = sql.update(FORGET, config.keep().toSeconds());
        List<Row> rows = sql.list(
                OTHERS,
                row -> new Row(
                        row.getString("node"), row.getString("log"), row.getString("chain"), row.getString("line")),
                membership.node().name());
        List<Row> fresh = rows.stream()
                .filter(row -> !row.line().equals(seen.get(row.chain())))
                .toList();
        if (!fresh.isEmpty()) {
            log.append(List.of(new AuditEvent.CheckpointsSeen(
                    clock.instant(),
                    fresh.stream().map(row -> row.log() + " " + row.line()).toList(),
                    rows.stream().map(Row::node).distinct().toList())));
            fresh.forEach(row -> seen.put(row.chain(), row.line()));
        }
    }

    private void close() {
        try {
            if (rounds.close(PATIENCE)) {
                try (Sql sql = database.connect()) {
                    publish(sql);
                }
            }
        } catch (SQLException e) {
            LOG.warn(
                    "The last checkpoints of the audit log are not shared: {}",
                    database.named(e).getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointExchange.class);
    private static final Duration EACH = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    // The number never goes back: what others have seen once stays there for all to see.
    private static final String PUBLISH = """
            INSERT INTO fleet_checkpoint AS c (node, log, chain, number, line, written) VALUES (?, ?, ?, ?, ?, now())
            ON CONFLICT (node, chain) DO UPDATE
                SET number = excluded.number, line = excluded.line, written = now() WHERE c.number < excluded.number""";
    private static final String FORGET = "DELETE FROM fleet_checkpoint WHERE written < now() - ? * INTERVAL '1 second'";
    private static final String OTHERS =
            "SELECT node, log, chain, line FROM fleet_checkpoint WHERE node <> ? ORDER BY node, log, chain LIMIT 1000";
}
