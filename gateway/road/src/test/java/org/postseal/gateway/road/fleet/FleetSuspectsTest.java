package org.postseal.gateway.road.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.road.fleet.Membership.Lease;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalFile;
import org.postseal.gateway.road.journal.Suspect;
import org.postseal.gateway.road.journal.SuspectKey;
import org.postseal.gateway.road.journal.Suspects;
import org.postseal.gateway.testkit.Await;

/** Tests that a message which ends one gateway after the other is tried three times by all of them together. */
@Timeout(120)
class FleetSuspectsTest {
    private static final SuspectKey POISON = new SuspectKey("1".repeat(64));
    private static final SuspectKey OTHER = new SuspectKey("2".repeat(64));
    private static final Lease LEASE = new Lease(Duration.ofSeconds(2), Duration.ofMinutes(2));
    private static final Duration RETENTION = Duration.ofDays(6);

    @TempDir
    private Path folder;

    private final Postgres database = new Postgres(PostgresServer.shared().newDatabase(), Duration.ofSeconds(10));
    private final FleetView view = new FleetView(database);

    @Test
    void deathsAreSummedOverTheFleet() throws Exception {
        dieWith("a", POISON);
        dieWith("b", POISON);
        dieWith("a", POISON);
        assertThat(view.suspects()).extracting(Suspect::deaths).containsExactly(1);
        try (Gateway c = open("c");
                Gateway _ = open("b");
                Gateway a = open("a")) {
            assertThat(view.suspects()).extracting(Suspect::deaths).containsExactly(3);
            assertThat(turn(a, POISON).isPoison()).isTrue();
            Await.until(() -> isPoison(c, POISON), () -> "it has not heard of the last death");
            assertThat(turn(c, OTHER).isPoison()).isFalse();
        }
    }

    /** Nothing waits for the database meanwhile. */
    @Test
    void whatEndsWellIsForgottenByAll() throws Exception {
        dieWith("a", POISON);
        try (Gateway a = open("a");
                Gateway b = open("b")) {
            try (Suspects.Turn turn = turn(b, POISON)) {
                turn.survived();
            }
            Await.until(() -> listed().isEmpty() && a.suspects().own().isEmpty(), () -> "it is a suspect");
        }
        try (Gateway _ = open("a")) {
            assertThat(view.suspects()).isEmpty();
        }
    }

    @Test
    void aNodeThatIsAwayForgetsWhenItComesBack() throws Exception {
        dieWith("a", POISON);
        open("a").close();
        assertThat(view.forget(POISON)).isTrue();
        assertThat(view.forget(POISON)).isFalse();
        try (Gateway a = open("a")) {
            assertThat(a.suspects().own()).isEmpty();
            assertThat(view.suspects()).isEmpty();
        }
        dieWith("a", POISON);
        try (Gateway _ = open("a")) {
            assertThat(view.suspects())
                    .extracting(Suspect::deaths)
                    .as("counted anew")
                    .containsExactly(1);
        }
    }

    @Test
    void aMessageThatWasOnlySlowIsNoSuspectAnywhere() throws Exception {
        try (Gateway a = open("a");
                Gateway b = open("b")) {
            List<Runnable> ends = List.of(hang(a), hang(a), hang(a));
            Await.until(() -> isPoison(b, POISON), () -> "it has not heard of the hangs");
            ends.forEach(Runnable::run);
            Await.until(() -> !isPoison(b, POISON), () -> "it has not heard of the end");
            Await.until(() -> listed().isEmpty(), () -> "it is in the table");
        }
    }

    /** Whoever finds a change reads all rows, and must not take them for changed because of that. */
    @Test
    void aSuspectIsWrittenOnce() throws Exception {
        try (Gateway a = open("a");
                Gateway _ = open("b");
                Sql sql = database.connect()) {
            Runnable _ = hang(a);
            Thread.sleep(LEASE.length());
            assertThat(sql.exists("SELECT 1 FROM fleet_state WHERE suspects = 1"))
                    .isTrue();
        }
    }

    /** The database fails in the middle of what a node says. Others read the rows anew when the number changes. */
    @Test
    void whatWasSaidInPartIsSaidAgain() throws Exception {
        try (Gateway a = open("a");
                Sql sql = database.connect()) {
            sql.execute("""
                    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';
                    CREATE TRIGGER refuse BEFORE UPDATE ON fleet_state FOR EACH ROW EXECUTE FUNCTION refuse()""");
            Runnable _ = hang(a);
            Thread.sleep(LEASE.length().dividedBy(2));
            sql.execute("DROP TRIGGER refuse ON fleet_state");
            Thread.sleep(LEASE.length().dividedBy(2));
            assertThat(view.suspects()).hasSize(1);
            assertThat(sql.exists("SELECT 1 FROM fleet_state WHERE suspects > 0"))
                    .isTrue();
        }
    }

    @Test
    void whatIsOldCountsNoMore() throws Exception {
        try (Gateway a = open("a")) {
            for (int death = 0; death < Suspects.MOST_DEATHS; death++) {
                Runnable _ = hang(a);
            }
            try (Gateway b = open("b")) {
                Await.until(() -> isPoison(b, POISON), () -> "it has not heard of the hangs");
            }
        }
        try (Gateway later = open("b", Instant.now().plus(RETENTION).plusSeconds(1))) {
            assertThat(isPoison(later, POISON)).isFalse();
        }
    }

    private static Runnable hang(Gateway gateway) {
        try (Suspects.Turn turn = turn(gateway, POISON)) {
            return turn.hangs(true);
        }
    }

    private List<Suspect> listed() {
        try {
            return view.suspects();
        } catch (JournalException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has one gateway die while a message is on its way. What it leaves counts at its next start. */
    private void dieWith(String node, SuspectKey key) throws IOException {
        Gateway gateway = open(node);
        Suspects.Turn _ = turn(gateway, key);
        gateway.ledger().close();
        gateway.membership().close();
    }

    private static boolean isPoison(Gateway gateway, SuspectKey key) {
        try (Suspects.Turn turn = turn(gateway, key)) {
            return turn.isPoison();
        }
    }

    private static Suspects.Turn turn(Gateway gateway, SuspectKey key) {
        if (gateway.suspects().enter(key) instanceof Suspects.Turn turn) {
            return turn;
        }
        throw new AssertionError("no turn");
    }

    private Gateway open(String node) throws IOException {
        return open(node, Instant.now());
    }

    private Gateway open(String node, Instant now) throws IOException {
        Path journal = folder.resolve(node + ".db");
        Ledger ledger = Ledger.open(JournalFile.ledger(journal), 64 << 10);
        Membership membership =
                Membership.join(database, new Membership.Self(node, "test", Map.of()), LEASE, InstantSource.system());
        Suspects suspects = Suspects.open(ledger, RETENTION, InstantSource.fixed(now));
        FleetSuspects.share(membership, suspects, RETENTION, InstantSource.fixed(now));
        return new Gateway(ledger, membership, suspects);
    }

    private record Gateway(Ledger ledger, Membership membership, Suspects suspects) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            suspects.close();
            membership.close();
            ledger.close();
        }
    }
}
