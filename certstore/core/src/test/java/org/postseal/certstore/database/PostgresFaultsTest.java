package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.BOB;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.Blocks.Block;
import org.postseal.certstore.database.Blocks.Target;
import org.postseal.certstore.database.DatabaseException.Fault;

/** Tests what is said when the server of PostgreSQL goes away, does not answer or refuses, and what comes after it. */
@Tag("thorough")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PostgresFaultsTest {
    private static final Duration TIME_LIMIT = Duration.ofSeconds(1);
    private static final Set<Fault> PASSING = Set.of(Fault.UNREACHABLE, Fault.READ_ONLY);

    @TempDir
    static Path directory;

    @AutoClose
    static PostgresServer server;

    static String url;

    @AutoClose
    CertificateDatabase database;

    @BeforeAll
    static void start() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path rules = directory.resolve("hba.conf");
        Files.write(rules, List.of("host all checked 127.0.0.1/32 scram-sha-256", "host all all 127.0.0.1/32 trust"));
        server = PostgresServer.start("fsync=off", "hba_file=" + rules);
        url = server.newDatabase();
    }

    @BeforeEach
    void open() {
        database = CertificateDatabase.open(new Postgres(url, TIME_LIMIT), 1);
        database.blocks().remove(target(BOB.key()));
        block(ALICE.key());
    }

    @Test
    void serverThatWasStartedAgainServesTheNextCall() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        server.stop();
        assertFault(() -> isBlocked(ALICE.key()), Fault.UNREACHABLE, "cannot be reached");
        assertFault(() -> isBlocked(ALICE.key()), Fault.UNREACHABLE, "cannot be reached");
        assertFault(() -> block(BOB.key()), Fault.UNREACHABLE, "cannot be reached");
        long blind = database.changes();
        server.startAgain();
        until(() -> isBlocked(ALICE.key()));
        until(() -> block(BOB.key()));
        assertThat(isBlocked(BOB.key())).isTrue();
        assertThat(database.changes())
                .as("what may have changed meanwhile counts as changed")
                .isNotEqualTo(blind);
        try (CertificateDatabase other = CertificateDatabase.open(new Postgres(url, TIME_LIMIT), 1)) {
            database.onChange(told::countDown);
            other.blocks().remove(new Target.Address(ALICE));
            assertThat(told.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Otherwise, whoever comes then would make a second, empty store, in which nothing is blocked. */
    @Test
    void aSchemaThatComesFirstLaterIsRefused() {
        String other = server.newDatabase();
        CertificateDatabase.open(new Postgres(other, TIME_LIMIT), 1).close();
        execute(other, "CREATE SCHEMA postseal");
        assertFault(
                () -> CertificateDatabase.open(new Postgres(other, TIME_LIMIT), 1),
                Fault.REFUSED,
                "its tables are in the schema public, not postseal, which comes first in search_path");
    }

    @Test
    void transactionThatAKillCutLeavesNothing() {
        assertFault(
                () -> database.commit(transaction -> {
                    transaction.blocks().add(new Block(new Target.Address(BOB), ACT));
                    server.kill();
                    transaction.blocks().remove(new Target.Address(ALICE));
                }),
                Fault.UNREACHABLE,
                "cannot be reached");
        startAgain();
        until(() -> isBlocked(ALICE.key()));
        assertThat(isBlocked(ALICE.key())).isTrue();
        assertThat(isBlocked(BOB.key())).isFalse();
    }

    @Test
    void connectionThatTheServerEndedIsMadeAnew() throws Exception {
        assertFault(
                () -> database.read(transaction -> {
                    endConnections();
                    return transaction.blocks().of(new Target.Address(ALICE));
                }),
                Fault.UNREACHABLE,
                "cannot be reached");
        assertThat(isBlocked(ALICE.key())).isTrue();
        // The writer's connection was ended while nobody used it.
        assertFault(() -> block(BOB.key()), Fault.UNREACHABLE, "cannot be reached");
        block(BOB.key());
        assertThat(isBlocked(BOB.key())).isTrue();
    }

    @Test
    void pausedServerIsWaitedForUntilTheTimeLimit() throws Exception {
        server.pause();
        try {
            long start = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                assertFault(() -> isBlocked(ALICE.key()), Fault.UNREACHABLE, "does not answer in time");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        } finally {
            server.resume();
        }
        until(() -> isBlocked(ALICE.key()));
        assertThat(isBlocked(ALICE.key())).isTrue();
    }

    @Test
    void serverThatOnlyReads() throws Exception {
        execute(url, "ALTER SYSTEM SET default_transaction_read_only = on");
        execute(url, "SELECT pg_reload_conf()");
        try {
            untilRefused();
            assertFault(() -> block(BOB.key()), Fault.READ_ONLY, "may not be written");
            assertThat(isBlocked(ALICE.key())).isTrue();
            assertFault(
                    () -> CertificateDatabase.open(new Postgres(url, TIME_LIMIT), 1)
                            .close(),
                    Fault.UNREACHABLE,
                    "cannot be reached: no host that answers takes writes");
        } finally {
            execute(url, "ALTER SYSTEM RESET default_transaction_read_only");
            execute(url, "SELECT pg_reload_conf()");
        }
        until(() -> block(BOB.key()));
    }

    @Test
    void wrongUserPasswordOrDatabase() throws Exception {
        execute(url, "CREATE ROLE checked LOGIN PASSWORD 'right'");
        for (String wrong : List.of(
                as("checked&password=wrong-one"),
                as("nobody&password=wrong-one"),
                url.replaceFirst("test[0-9]+", "missing") + "&password=wrong-one")) {
            assertThatThrownBy(() -> CertificateDatabase.open(new Postgres(wrong, TIME_LIMIT), 1))
                    .isInstanceOfSatisfying(DatabaseException.class, e -> {
                        assertThat(e.fault()).isEqualTo(Fault.REFUSED);
                        assertThat(e.getMessage())
                                .startsWith("postgresql://127.0.0.1:" + server.port() + "/")
                                .contains(" is refused: ")
                                .doesNotContain("wrong-one");
                    });
        }
        assertFault(
                () -> CertificateDatabase.open(new Postgres(as("checked&password=right"), TIME_LIMIT), 1),
                Fault.REFUSED,
                "permission denied");
    }

    @Test
    void moreConnectionsThanTheServerTakes() throws Exception {
        execute(url, "CREATE ROLE few LOGIN CONNECTION LIMIT 1");
        execute(url, "GRANT ALL ON ALL TABLES IN SCHEMA public TO few");
        assertFault(
                () -> CertificateDatabase.open(new Postgres(as("few"), TIME_LIMIT), 1),
                Fault.UNREACHABLE,
                "too many connections for role \"few\"");
    }

    /** The server does not say which timeline it has. */
    @Test
    void aConnectionThatIsOfNoUseIsClosed() {
        execute(url, "CREATE ROLE blind LOGIN; REVOKE EXECUTE ON FUNCTION pg_walfile_name(pg_lsn) FROM PUBLIC");
        Postgres hosts = new Postgres(as("blind").replace("//127.0.0.1:", "//127.0.0.1:1,127.0.0.1:"), TIME_LIMIT);
        assertThatThrownBy(hosts::connect).hasMessageContaining("permission denied");
        try (Sql sql = new Postgres(url, TIME_LIMIT).connect()) {
            String left = "SELECT 1 FROM pg_stat_activity WHERE usename = 'blind'";
            for (int i = 0; i < 20 && sql.exists(left); i++) {
                sleep();
            }
            assertThat(sql.exists(left)).isFalse();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void primaryBehindAHostThatIsAway() {
        String hosts = url.replace("//127.0.0.1:", "//127.0.0.1:1,127.0.0.1:");
        CertificateDatabase.open(new Postgres(hosts, TIME_LIMIT), 1).close();
    }

    private String as(String user) {
        return url.replace("user=postseal", "user=" + user);
    }

    private boolean block(String address) {
        database.blocks().add(new Block(target(address), ACT));
        return true;
    }

    private boolean isBlocked(String address) {
        return database.blocks().of(target(address)).isPresent();
    }

    private static Target target(String address) {
        return new Target.Address(org.postseal.certstore.MailAddress.of(address));
    }

    private void endConnections() {
        execute(
                url,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }

    private void startAgain() {
        try {
            server.startAgain();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Waits until a call is served again, as it must be within some seconds. */
    private static void until(Runnable call) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            try {
                call.run();
                return;
            } catch (DatabaseException e) {
                if (!PASSING.contains(e.fault()) || System.nanoTime() > end) {
                    throw e;
                }
                sleep();
            }
        }
    }

    /** The server's processes read their settings anew one after the other. */
    private void untilRefused() {
        for (int i = 0; i < 100; i++) {
            try {
                block(BOB.key());
            } catch (DatabaseException e) {
                return;
            }
            sleep();
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertFault(ThrowingCallable call, Fault fault, String words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.fault()).isEqualTo(fault))
                .hasMessageContaining(words);
    }

    private static void execute(String url, String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
