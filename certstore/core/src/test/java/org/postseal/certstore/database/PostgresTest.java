package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.AUTHORITY;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.NOW;
import static org.postseal.certstore.database.Samples.certificate;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Blocks.Block;
import org.postseal.certstore.database.Blocks.Target;
import org.postseal.certstore.database.ChangeLog.Change;
import org.postseal.certstore.database.DatabaseException.Fault;
import org.postseal.certstore.database.Harvest.Conflict;
import org.postseal.certstore.database.Harvest.Outcome;
import org.postseal.certstore.database.Harvest.VerifiedSender;
import org.postseal.certstore.database.Sql.Part;

/** Tests what only PostgreSQL has: several writers, texts and sizes that it refuses, orders of text, other users. */
@Tag("thorough")
class PostgresTest {
    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);

    @Test
    void isMadeOnceByManyAtOnce() throws Exception {
        String url = PostgresServer.shared().newDatabase();
        try (ExecutorService callers = Executors.newFixedThreadPool(6)) {
            List<Future<CertificateDatabase>> opened = IntStream.range(0, 6)
                    .mapToObj(_ -> callers.submit(() -> open(url)))
                    .toList();
            for (Future<CertificateDatabase> each : opened) {
                each.get().close();
            }
        }
    }

    @Test
    void statementsThatGoTogetherCountTogether() throws Exception {
        String insert = "INSERT INTO numbers SELECT unnest(?) RETURNING n";
        try (Sql sql = new Postgres(PostgresServer.shared().newDatabase(), TIME_LIMIT).connect()) {
            sql.execute("CREATE TABLE numbers (n BIGINT PRIMARY KEY)");
            List<Part> good = List.of(
                    Part.of("BEGIN; SET LOCAL lock_timeout = '1s'"),
                    Part.of(insert, (Object) new Long[] {1L, 2L}),
                    Part.of("UPDATE numbers SET n = n + ?", 10L),
                    Part.of(insert, (Object) new Long[] {3L}),
                    Part.of("COMMIT"));
            assertThat(sql.together(good, row -> row.getLong(1))).containsExactly(List.of(1L, 2L), List.of(3L));
            List<Part> bad = List.of(
                    Part.of("BEGIN"),
                    Part.of(insert, (Object) new Long[] {4L}),
                    Part.of(insert, (Object) new Long[] {3L}),
                    Part.of("COMMIT"));
            assertThatThrownBy(() -> sql.together(bad, row -> row.getLong(1))).hasMessageContaining("numbers_pkey");
            sql.execute("ROLLBACK");
            assertThat(sql.list("SELECT n FROM numbers ORDER BY n", row -> row.getLong(1)))
                    .containsExactly(3L, 11L, 12L);
        }
    }

    @Test
    void twoWritersLoseNothing() throws Exception {
        String url = TestEngine.emptyPostgres();
        int each = 50;
        int changes = 2 * 4 * each;
        try (CertificateDatabase here = open(url);
                CertificateDatabase there = open(url);
                ExecutorService callers = Executors.newFixedThreadPool(5)) {
            long generation = here.generation();
            List<Future<?>> writers = new ArrayList<>();
            for (CertificateDatabase database : List.of(here, there, here, there)) {
                writers.add(callers.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        database.commit(transaction -> {
                            transaction.changeLog().add("first", "object", List.of(), ACT);
                            transaction.blocks().add(new Block(new Target.Address(ALICE), ACT));
                            transaction.changeLog().add("second", "object", List.of(), ACT);
                        });
                    }
                }));
            }
            // The one that takes the changes is a reader while others write.
            List<Change> taken = new ArrayList<>();
            while (taken.size() < changes && !areBroken(writers)) {
                List<Change> waiting = there.changeLog().waiting(7);
                if (!waiting.isEmpty()) {
                    taken.addAll(waiting);
                    there.changeLog().taken(waiting.getLast().sequence());
                }
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            assertThat(taken)
                    .extracting(Change::sequence)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, changes).boxed().toList());
            for (int i = 0; i < taken.size(); i++) {
                assertThat(taken.get(i).action()).isEqualTo(i % 2 == 0 ? "first" : "second");
            }
            assertThat(here.generation()).isEqualTo(generation + 4L * each);
        }
    }

    @Test
    void ofTwoKeysSeenAtOnceOneIsHeld() throws Exception {
        String url = TestEngine.emptyPostgres();
        try (CertificateDatabase here = open(url);
                CertificateDatabase there = open(url);
                ExecutorService callers = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 10; i++) {
                var address = user(i);
                VerifiedSender one = new VerifiedSender(address, certificate(address), NOW);
                VerifiedSender other = new VerifiedSender(address, certificate(address), NOW);
                Future<Outcome> first = callers.submit(() -> here.harvest().observe(one, NOW));
                Future<Outcome> second = callers.submit(() -> there.harvest().observe(other, NOW));
                assertThat(List.of(first.get(), second.get()))
                        .containsExactlyInAnyOrder(new Outcome.Added(), new Outcome.Held(Conflict.CHANGED_KEY));
            }
        }
    }

    @Test
    void lockedByAnotherWriter() throws Exception {
        String url = TestEngine.emptyPostgres();
        try (CertificateDatabase database = CertificateDatabase.open(new Postgres(url, Duration.ofMillis(100)), 1);
                Connection other = DriverManager.getConnection(url);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("UPDATE generation SET number = number");
            assertFault(() -> block(database), Fault.LOCKED, " is locked by another process for more than 100 ms: ");
            assertThat(database.blocks().of(new Target.Address(ALICE))).isEmpty();
            // Opening a database whose tables are up to date needs no lock.
            open(url).close();
            statement.execute("ROLLBACK");
            block(database);
        }
    }

    // PostgreSQL ends the transaction at the first statement that fails, and answers COMMIT as if nothing were wrong.
    @Test
    void transactionWithAFailedStatementIsNotCommitted() {
        try (CertificateDatabase database = open(TestEngine.emptyPostgres())) {
            database.changeLog().add("cert-pin", "certificate:ab", List.of(), ACT);
            assertFault(
                    () -> database.access().writeAside(sql -> {
                        int _ = sql.update("DELETE FROM change_log");
                        assertThatThrownBy(() -> sql.execute("SELECT 1 / 0")).isInstanceOf(SQLException.class);
                        return 1;
                    }),
                    Fault.INTERNAL,
                    "current transaction is aborted");
            assertThat(database.changeLog().waiting(1)).hasSize(1);
            block(database);
        }
    }

    @Test
    void textWithAZeroIsRefusedAndLeavesTheWriterWhole() {
        try (CertificateDatabase database = open(TestEngine.emptyPostgres())) {
            assertFault(
                    () -> database.blocks().add(new Block(new Target.Address(ALICE), withZero())),
                    Fault.INTERNAL,
                    "invalid byte sequence for encoding \"UTF8\": 0x00");
            block(database);
            assertThat(database.blocks().list(Optional.empty(), 10)).hasSize(1);
        }
    }

    @Test
    void everyStatementIsOneThatItTakes() throws Exception {
        Postgres postgres = new Postgres(TestEngine.emptyPostgres(), TIME_LIMIT);
        try (Sql sql = postgres.connect(Engine.Use.WRITING)) {
            postgres.beginWriting(sql);
            QueryPlanTest.useEverything(new Transaction(sql, postgres, true));
            postgres.commit(sql);
            assertThat(sql.prepared()).hasSizeGreaterThan(50);
        }
    }

    @Test
    void textHasTheOrderOfItsOctetsInAnyDatabase() {
        String url = PostgresServer.shared().newDatabase("LOCALE_PROVIDER icu ICU_LOCALE 'en-US'");
        try (CertificateDatabase database = open(url)) {
            for (String name : List.of("b", "A", "a", "B", "ä")) {
                database.trust().replace(name, List.of(CertificateRows.der(AUTHORITY.root())), ACT);
            }
            assertThat(database.trust().list())
                    .extracting(TrustCollections.Collected::name)
                    .containsExactly("A", "B", "a", "b", "ä");
        }
    }

    @Test
    void refusesDatabaseThatCannotHoldEveryText() {
        String url = PostgresServer.shared().newDatabase("ENCODING 'LATIN1' LOCALE 'C'");
        assertFault(() -> open(url), Fault.NOT_A_DATABASE, " cannot hold every text: its encoding is LATIN1, not UTF8");
    }

    @Test
    void refusesDatabaseOfAnotherProgramButNotOfAFleet() {
        String url = PostgresServer.shared().newDatabase();
        execute(url, "CREATE TABLE fleet_node (name TEXT)");
        open(url).close();
        String other = PostgresServer.shared().newDatabase();
        execute(other, "CREATE TABLE song (title TEXT)");
        assertFault(() -> open(other), Fault.NOT_A_DATABASE, " is the database of another program");
    }

    @Test
    void writtenByNewerProgram() {
        String url = withTables();
        execute(url, "INSERT INTO schema_version VALUES (999, 0)");
        assertFault(() -> open(url), Fault.NEWER, "the database has version 999, written by a newer program");
    }

    @Test
    void lacksATable() {
        String url = withTables();
        execute(url, "DROP TABLE block");
        try (CertificateDatabase database = open(url)) {
            assertFault(() -> block(database), Fault.DAMAGED, " is damaged: ERROR: relation \"block\" does not exist");
        }
    }

    @Test
    void hasNoFileAndLeavesTraces() {
        try (CertificateDatabase database = open(TestEngine.emptyPostgres())) {
            assertThat(database.file()).isEmpty();
            assertThat(database.emptyLog()).isFalse();
        }
    }

    /** The clock of the server decides, so the test sets the end of a row instead of waiting for it. */
    @Test
    void aTurnIsForOneUntilItIsGivenBackOrEnds() {
        String url = TestEngine.emptyPostgres();
        try (CertificateDatabase here = open(url);
                CertificateDatabase there = open(url)) {
            Turn first = here.turn("mirror:corp").orElseThrow();
            assertThat(here.turn("mirror:corp")).isEmpty();
            assertThat(there.turn("mirror:corp")).isEmpty();
            assertThat(there.holder("mirror:corp")).contains("none");
            there.turn("another").orElseThrow().close();
            first.close();
            assertThat(first.isHeld()).isFalse();
            assertThat(there.holder("mirror:corp")).isEmpty();
            Turn second = there.turn("mirror:corp").orElseThrow();

            execute(url, "UPDATE lease SET ends = 0");
            assertThat(here.holder("mirror:corp")).isEmpty();
            try (Turn third = here.turn("mirror:corp").orElseThrow()) {
                second.close();
                assertThat(third.isHeld()).isTrue();
                assertThat(there.turn("mirror:corp"))
                        .as("the one who lost it took nothing from the next when it closed")
                        .isEmpty();
            }
        }
    }

    @Test
    void aTurnIsRenewedAndItsLossIsNoticed() throws Exception {
        String url = TestEngine.emptyPostgres();
        try (CertificateDatabase here = open(url)) {
            Turn turn = here.turn("mirror:corp").orElseThrow();
            String end = query(url, "SELECT ends FROM lease");
            until(() -> !query(url, "SELECT ends FROM lease").equals(end));
            assertThat(turn.isHeld()).isTrue();
            execute(url, "UPDATE lease SET owner = 'another'");
            until(() -> !turn.isHeld());
        }
    }

    @Test
    void aPublicCopyHasItsRowsAndNoKey(@TempDir Path directory) throws Exception {
        Path copy = directory.resolve("copy.db");
        MailCertificate alice = certificate(ALICE);
        Postgres postgres = new Postgres(TestEngine.emptyPostgres(), TIME_LIMIT);
        try (CertificateDatabase database = CertificateDatabase.open(postgres, 1)) {
            database.commit(contents -> {
                contents.certificates().addAll(List.of(alice, AUTHORITY.issuer()), Certificates.Origin.OWN, ACT);
                contents.pins().add(new Pins.Pin(ALICE, CertificatePurpose.ENCRYPT, alice, ACT));
                contents.trust().replace("corp", List.of(CertificateRows.der(AUTHORITY.root())), ACT);
                Outcome _ = contents.harvest().observe(new VerifiedSender(BOB, certificate(BOB), NOW), NOW);
                var _ = contents.mirrors()
                        .apply("mirror:x", List.of(MirrorsTest.entry("1", alice)), List.of(), MirrorsTest.state(1));
                boolean _ = contents.wrappedKeys()
                        .put(
                                new WrappedKey(
                                        PublicKeyId.of(alice), 1, new byte[] {1}, new byte[] {2}, new byte[] {3}),
                                Map.of(alice.id(), WrappedKeys.PairedBy.IMPORT),
                                ACT);
                // One fetch has a thousand rows.
                for (int i = 0; i < 2_001; i++) {
                    contents.blocks().add(new Block(new Target.Address(user(i)), ACT));
                }
            });
            PublicCopyWriter.write(
                    copy, Optional.of(database), new PublicCopyWriter.Beside(List.of(), List.of(), List.of()), NOW);
        }
        try (Sql theirs = postgres.connect();
                Sql ours = new Sqlite(copy, TIME_LIMIT).connectReading()) {
            for (PublicTables.Table table : PublicTables.COPIED) {
                assertThat(rows(ours, table)).as(table.name()).containsExactlyInAnyOrderElementsOf(rows(theirs, table));
            }
            assertThat(ours.list("SELECT wrapped FROM private_key", row -> row.getBytes(1)))
                    .containsExactly(new byte[1]);
        }
        PublicCopy.open(copy, CertificateDatabase.Options.DEFAULT).close();
    }

    private static List<List<String>> rows(Sql sql, PublicTables.Table table) throws SQLException {
        return sql.list("SELECT " + String.join(", ", table.copied()) + " FROM " + table.name(), row -> {
            List<String> values = new ArrayList<>();
            for (int i = 1; i <= table.copied().size(); i++) {
                Object value = row.getObject(i);
                values.add(value instanceof byte[] octets ? Octets.hex(octets) : String.valueOf(value));
            }
            return values;
        });
    }

    private static MailAddress user(int number) {
        return MailAddress.of("user" + number + "@example.com");
    }

    private static String query(String url, String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                java.sql.ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until it is so, for ten seconds at most. */
    private static void until(BooleanSupplier fact) throws InterruptedException {
        for (int i = 0; i < 200 && !fact.getAsBoolean(); i++) {
            Thread.sleep(50);
        }
        assertThat(fact.getAsBoolean()).isTrue();
    }

    @Test
    void isNamedWithoutPassword() {
        for (String url : List.of(
                "jdbc:postgresql://db1:5432,db2/postseal?user=a&password=secret",
                "jdbc:postgresql://a:secret@db1:5432,db2/postseal",
                "postgresql://db1:5432,db2/postseal")) {
            assertThat(new Postgres(url, TIME_LIMIT).name()).isEqualTo("postgresql://db1:5432,db2/postseal");
        }
        assertFault(
                () -> open("jdbc:other://db1/postseal?password=secret"),
                Fault.INTERNAL,
                "other://db1/postseal: this is no address of PostgreSQL");
    }

    private static String withTables() {
        String url = PostgresServer.shared().newDatabase();
        open(url).close();
        return url;
    }

    private static CertificateDatabase open(String url) {
        return CertificateDatabase.open(new Postgres(url, TIME_LIMIT), 2);
    }

    private static void block(CertificateDatabase database) {
        database.blocks().add(new Block(new Target.Address(ALICE), ACT));
    }

    private static Act withZero() {
        return new Act("root", NOW, "a\0b");
    }

    private static boolean areBroken(List<Future<?>> writers) {
        return writers.stream().anyMatch(writer -> writer.state() == Future.State.FAILED);
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
