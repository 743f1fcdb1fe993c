package org.postseal.gateway.road.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.road.fleet.Membership.Lease;
import org.postseal.gateway.road.pipeline.NoticeLimit;
import org.postseal.gateway.testkit.CuttingProxy;

/** The nodes of a fleet send a sender five notices an hour together, and wait for no database. */
@Timeout(60)
class FleetNoticesTest {
    private static final MailAddress ANN = MailAddress.of("ann@example.com");
    private static final MailAddress BOB = MailAddress.of("bob@example.com");
    private static final MailAddress CAROL = MailAddress.of("carol@example.com");

    private final String url = PostgresServer.shared().newDatabase();

    @AutoClose
    private final TestFleet fleet;

    private Instant now = Instant.parse("2026-11-26T12:00:00Z");

    FleetNoticesTest(@TempDir Path folder) throws Exception {
        fleet = new TestFleet(url, folder, Lease.DEFAULT);
        try (var sql = new Postgres(url, Duration.ofSeconds(5)).connect()) {
            FleetSchema.apply(sql);
        }
    }

    private static NoticeLimit limit(FleetNotices notices) {
        NoticeLimit limit = new NoticeLimit();
        limit.sharedBy(notices::allows);
        return limit;
    }

    private int allowed(int tries, MailAddress sender, NoticeLimit... nodes) {
        int allowed = 0;
        for (int i = 0; i < tries; i++) {
            now = now.plusSeconds(1);
            allowed += nodes[i % nodes.length].allows(sender, now) ? 1 : 0;
        }
        return allowed;
    }

    @Test
    void allNodesCountTogether() throws Exception {
        Postgres database = new Postgres(url, Duration.ofSeconds(5));
        try (FleetNotices one = new FleetNotices(database);
                FleetNotices other = new FleetNotices(database)) {
            NoticeLimit first = limit(one);
            NoticeLimit second = limit(other);
            assertThat(allowed(20, ANN, first, second)).isEqualTo(5);
            assertThat(allowed(3, BOB, second)).isEqualTo(3);
            assertThat(fleet.query("SELECT string_agg(sender || cardinality(times), ' ' ORDER BY sender)"
                            + " FROM fleet_notice"))
                    .isEqualTo("ann@example.com5 bob@example.com3");

            // What the others have refused is not counted here.
            assertThat(allowed(5, CAROL, first)).isEqualTo(5);
            assertThat(allowed(10, CAROL, second)).isZero();
            fleet.execute("DELETE FROM fleet_notice WHERE sender = 'carol@example.com'");
            assertThat(allowed(10, CAROL, second)).isEqualTo(5);

            // Three of them are more than an hour ago. What was refused is not counted there either.
            now = now.plus(Duration.ofHours(2));
            fleet.execute("UPDATE fleet_notice SET times = ARRAY[now(), now()] || array_fill("
                    + "now() - INTERVAL '61 minutes', ARRAY[3]) WHERE sender = 'ann@example.com'");
            assertThat(allowed(20, ANN, first, second)).isEqualTo(3);

            fleet.execute("UPDATE fleet_notice SET newest = now() - INTERVAL '61 minutes'");
            assertThat(allowed(1, BOB, first)).isEqualTo(1);
            assertThat(fleet.query("SELECT string_agg(sender || cardinality(times), ' ') FROM fleet_notice"))
                    .isEqualTo("bob@example.com1");
        }
    }

    @Test
    void withoutTheDatabaseEachNodeCountsAlone() throws Exception {
        int port = Integer.parseInt(url.replaceFirst(".*127\\.0\\.0\\.1:([0-9]+)/.*", "$1"));
        try (CuttingProxy proxy = new CuttingProxy(port);
                FleetNotices notices = new FleetNotices(
                        new Postgres(url.replace(":" + port, ":" + proxy.port()), Duration.ofSeconds(1)))) {
            NoticeLimit limit = limit(notices);
            assertThat(allowed(1, ANN, limit)).isEqualTo(1);
            proxy.set(CuttingProxy.Link.SILENT);
            long start = System.nanoTime();
            assertThat(allowed(20, ANN, limit)).isEqualTo(4);
            assertThat(allowed(20, BOB, limit)).isEqualTo(5);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        }
        fleet.execute("DROP TABLE fleet_notice");
        try (FleetNotices notices = new FleetNotices(new Postgres(url, Duration.ofSeconds(5)))) {
            assertThat(allowed(20, ANN, limit(notices))).isEqualTo(5);
        }
    }
}
