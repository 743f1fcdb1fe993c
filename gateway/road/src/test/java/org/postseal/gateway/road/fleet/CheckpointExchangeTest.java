package org.postseal.gateway.road.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditConfig.CheckpointConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.chain.FleetFolder;
import org.postseal.gateway.audit.chain.FleetReport;
import org.postseal.gateway.audit.chain.FleetVerifier;
import org.postseal.gateway.audit.write.AuditLogs;
import org.postseal.gateway.road.fleet.Membership.Lease;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.CuttingProxy;

/** Nodes bring their checkpoints to the database, and have each other's in their logs. */
@Timeout(60)
class CheckpointExchangeTest {
    @TempDir
    private Path folder;

    private final String url = PostgresServer.shared().newDatabase();
    private final List<Membership> members = new ArrayList<>();
    private TestFleet fleet;

    @BeforeEach
    void tables() throws IOException {
        fleet = new TestFleet(url, folder, Lease.DEFAULT);
        join("none").close();
    }

    @AfterEach
    void stop() {
        members.forEach(Membership::close);
        fleet.close();
    }

    @Test
    void eachNodeHasTheCheckpointsOfTheOthers() throws IOException, SQLException {
        try (AuditLog one = start("gw-1", url);
                AuditLog other = start("gw-2", url)) {
            mail(one, "Q1");
            mail(other, "Q2");
            Await.until(() -> lines("gw-1", "\"mail {").contains("gw-2"), () -> lines("gw-1", ""));
            Await.until(() -> lines("gw-2", "\"mail {").contains("gw-1"), () -> lines("gw-2", ""));
            assertThat(lines("gw-1", "chain-witness")).contains("\"postseal.nodes\":[\"gw-2\"]");
        }
        // The last checkpoints came when the logs were closed.
        for (String node : List.of("gw-1", "gw-2")) {
            String newest = lines(node, "\"event.action\":\"chain-checkpoint\"")
                    .lines()
                    .reduce((_, last) -> last)
                    .orElseThrow();
            assertThat(newest)
                    .startsWith(
                            fleet.query("SELECT rtrim(line, '}') FROM fleet_checkpoint WHERE log = 'mail' AND node = '"
                                    + node + "'"));
        }
        assertThat(fleet.query("SELECT string_agg(node || ' ' || log, ', ' ORDER BY node, log) FROM fleet_checkpoint"))
                .isEqualTo("gw-1 admin, gw-1 mail, gw-2 admin, gw-2 mail");
        FleetReport report = FleetVerifier.verify(
                FleetFolder.nodes(folder.resolve("logs"), AuditConfig.of(Path.of("audit.jsonl"))), List.of());
        assertThat(report.isSound()).isTrue();
        assertThat(report.logs().getFirst().covered()).isPresent();
    }

    /** Mail waits for the disk and never for the database. */
    @Test
    void whileTheDatabaseIsAwayTheLogGoesOnAndTheNewestCheckpointIsBroughtLater() throws IOException {
        try (CuttingProxy link =
                        new CuttingProxy(Integer.parseInt(url.replaceAll(".*127\\.0\\.0\\.1:([0-9]+)/.*", "$1")));
                AuditLog log = start("gw-1", url.replaceFirst(":[0-9]+/", ":" + link.port() + "/"))) {
            mail(log, "Q1");
            fleet.await("SELECT count(*) FROM fleet_checkpoint WHERE log = 'mail'", "1");
            link.set(CuttingProxy.Link.SILENT);
            long start = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                mail(log, "Q" + i);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            link.set(CuttingProxy.Link.PASS);
            String newest = log.chains().getFirst().checkpoint().orElseThrow();
            Await.until(
                    () -> {
                        try {
                            return fleet.query("SELECT line FROM fleet_checkpoint WHERE log = 'mail'")
                                    .equals(newest);
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    () -> newest);
        }
    }

    /** A node whose log was cut back does not make the others forget what was there. */
    @Test
    void theNewestCheckpointOfAChainStays() throws IOException, SQLException {
        try (AuditLog log = start("gw-1", url)) {
            mail(log, "Q1");
            fleet.await("SELECT count(*) FROM fleet_checkpoint WHERE log = 'mail'", "1");
        }
        fleet.execute("UPDATE fleet_checkpoint SET number = 4000, line = 'newest' WHERE log = 'mail'");
        try (AuditLog log = start("gw-1", url)) {
            mail(log, "Q2");
        }
        assertThat(fleet.query("SELECT line FROM fleet_checkpoint WHERE log = 'mail'"))
                .isEqualTo("newest");
    }

    /** What it says under its name would be taken for what the younger process says. */
    @Test
    void aFencedNodeBringsNothingMore() throws IOException, SQLException {
        String before;
        try (AuditLog older = start("gw-1", url)) {
            mail(older, "Q1");
            fleet.await("SELECT count(*) FROM fleet_checkpoint WHERE log = 'mail'", "1");
            join("gw-1").close();
            Await.until(members.getFirst()::isFenced, () -> "it is not fenced");
            before = fleet.query("SELECT line FROM fleet_checkpoint WHERE log = 'mail'");
            mail(older, "Q2");
        }
        assertThat(fleet.query("SELECT line FROM fleet_checkpoint WHERE log = 'mail'"))
                .isEqualTo(before);
    }

    @Test
    void aNodeIsForgottenWhenTheTimeOfItsRecordsIsOver() throws IOException, SQLException {
        fleet.execute("INSERT INTO fleet_checkpoint VALUES ('old', 'mail', 'c', 1, '{}', now() - INTERVAL '401 days'),"
                + " ('left', 'mail', 'd', 1, '{}', now() - INTERVAL '399 days')");
        try (AuditLog _ = start("gw-1", url)) {
            fleet.await("SELECT string_agg(node, ' ') FROM fleet_checkpoint WHERE chain IN ('c', 'd')", "left");
        }
    }

    private AuditLog start(String node, String address) throws IOException {
        Path own = Files.createDirectories(folder.resolve("logs").resolve(node));
        AuditConfig standard = AuditConfig.of(own.resolve("audit.jsonl"));
        Path key = own.resolve("audit-key.pem");
        AuditConfig config = new AuditConfig(
                standard.file(),
                standard.adminFile(),
                new CheckpointConfig(key, CheckpointConfig.beside(key), 1, Duration.ofSeconds(1), Optional.of(node)),
                standard.rotateSize(),
                standard.rotateEvery(),
                standard.keep(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        AuditLog log = AuditLogs.open(config, Clock.systemUTC());
        Membership membership = join(node);
        members.add(membership);
        CheckpointExchange.start(database(address), membership, log, config, Clock.systemUTC());
        return log;
    }

    private Membership join(String node) throws IOException {
        return Membership.join(
                database(url),
                new Membership.Self(node, "test", Map.of()),
                new Lease(Duration.ofSeconds(1), Duration.ofMinutes(2)),
                InstantSource.system());
    }

    private static Postgres database(String address) {
        return new Postgres(address, Duration.ofSeconds(2));
    }

    private static void mail(AuditLog log, String queueId) throws IOException {
        log.append(List.of(new AuditEvent.NoticeSent(Instant.now(), queueId, "bob@partner.example", "250 2.0.0 ok")));
    }

    private String lines(String node, String part) {
        try {
            return String.join(
                    "\n",
                    Files.readAllLines(folder.resolve("logs").resolve(node).resolve("audit.jsonl")).stream()
                            .filter(line -> line.contains(part))
                            .toList());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
