package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.certificate;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.DatabaseCopy.Outcome;
import org.postseal.certstore.database.DatabaseException.Fault;

class DatabaseCopyTest {
    private static final Duration NOT_LONG = Duration.ofMillis(50);

    @TempDir
    Path directory;

    Path file;
    final String url = TestEngine.emptyPostgres();
    final Postgres postgres = new Postgres(url, Duration.ofSeconds(5));

    @BeforeEach
    void name() {
        file = directory.resolve("postseal.db");
    }

    @Test
    void everyTableIsCopiedAndItsRowsAreEqual() throws Exception {
        fill();
        // Two of these are more than a batch may hold.
        for (String name : List.of("a", "b", "c")) {
            execute(sqlite(), "INSERT INTO revocation VALUES ('crl', '" + name + "', randomblob(5000000), 1, NULL, 1)");
        }
        List<List<String>> before = contents(sqlite());

        Outcome outcome = copy();

        assertThat(outcome).asInstanceOf(type(Outcome.Copied.class)).satisfies(copied -> {
            assertThat(copied.tables())
                    .allSatisfy(
                            table -> assertThat(table.rows()).as(table.name()).isPositive());
            assertThat(copied.tables()).extracting(DatabaseCopy.Table::name).containsExactlyElementsOf(tables());
            assertThat(copied.tables())
                    .filteredOn(table -> table.name().equals("certificate"))
                    .singleElement()
                    .satisfies(table -> assertThat(table.rows()).isEqualTo(1_301));
            assertThat(copied.replaced()).isZero();
        });
        execute(url, "DELETE FROM change_log WHERE action = 'database-copy'");
        assertThat(contents(url)).isEqualTo(before);
        assertThat(contents(sqlite())).as("the source is as it was").isEqualTo(before);
    }

    @Test
    void numbersOfChangesGoOnAfterTheHighestThatWasGivenOut() {
        try (CertificateDatabase source = CertificateDatabase.open(file)) {
            for (int i = 0; i < 3; i++) {
                source.changeLog().add("cert-pin", "certificate:" + i, List.of(), ACT);
            }
            source.changeLog().taken(2);
        }
        copy();
        try (CertificateDatabase target = CertificateDatabase.open(postgres, 1)) {
            target.changeLog().add("cert-pin", "certificate:3", List.of(), ACT);
            assertThat(target.changeLog().waiting(10))
                    .extracting(change -> change.sequence() + " " + change.action())
                    .containsExactly("3 cert-pin", "4 database-copy", "5 cert-pin");
        }
    }

    @Test
    void aSecondCopyFindsThatNothingIsToDo() throws Exception {
        fill();
        Outcome.Copied first = (Outcome.Copied) copy();
        execute(url, "DELETE FROM change_log");
        assertThat(copy())
                .asInstanceOf(type(Outcome.AlreadyThere.class))
                .satisfies(again -> assertThat(again.tables())
                        .isEqualTo(first.tables().stream()
                                .filter(table -> !table.name().equals("change_log"))
                                .toList()));
        assertThat(rows(url, "change_log")).isEmpty();
    }

    @Test
    void aTargetWithOtherContentIsLeftAsItIs() throws Exception {
        fill();
        copy();
        for (String difference : List.of(
                "UPDATE pin SET note = 'other'",
                "DELETE FROM pin",
                "INSERT INTO block VALUES ('address', 'x', 'who', 1, '')",
                "UPDATE certificate SET not_after = not_after - 1 WHERE subject = 'CN=700'")) {
            execute(url, difference);
            List<List<String>> before = contents(url);
            assertThat(copy())
                    .as(difference)
                    .isEqualTo(new Outcome.OtherContent(
                            difference.replaceAll("^(UPDATE|DELETE FROM|INSERT INTO) (\\w+).*", "$2")));
            assertThat(contents(url)).isEqualTo(before);
            TestEngine.emptyPostgres();
            copy();
        }
    }

    @Test
    void aTargetInWhichSomethingWasOnceChangedIsNotEmpty() {
        try (CertificateDatabase target = CertificateDatabase.open(postgres, 1)) {
            target.changeLog().add("cert-pin", "certificate:3", List.of(), ACT);
            target.changeLog().taken(1);
        }
        try (CertificateDatabase source = CertificateDatabase.open(file)) {
            source.certificates().add(certificate(ALICE), Origin.OWN, ACT);
        }
        assertThat(copy()).isEqualTo(new Outcome.OtherContent("certificate"));
    }

    @Test
    void aStoreThatSomebodyHasOpenIsNotCopied() throws Exception {
        fill();
        try (CertificateDatabase _ = CertificateDatabase.open(file)) {
            assertThatThrownBy(this::copy)
                    .isInstanceOfSatisfying(
                            DatabaseException.class, e -> assertThat(e.fault()).isEqualTo(Fault.LOCKED))
                    .hasMessageContaining(file.toString());
        }
        assertThat(rows(url, "certificate")).isEmpty();
        assertThat(copy()).isInstanceOf(Outcome.Copied.class);
    }

    @Test
    void nobodyWritesToTheStoreMeanwhile() throws Exception {
        fill();
        List<Fault> met = new ArrayList<>();
        DatabaseCopy.run(file, NOT_LONG, postgres, DatabaseCopyTest::record, (table, _) -> {
            if (table.equals("pin")) {
                assertThatThrownBy(() -> CertificateDatabase.open(file, new CertificateDatabase.Options(NOT_LONG, 1)))
                        .isInstanceOfSatisfying(DatabaseException.class, e -> met.add(e.fault()));
            }
        });
        assertThat(met).containsExactly(Fault.LOCKED);
    }

    @Test
    void aCopyThatEndsAnywhereLeavesNothingAndBeginsAgain() throws Exception {
        fill();
        for (String table : List.of("certificate", "pin", "change_log")) {
            assertThatThrownBy(() -> DatabaseCopy.run(file, NOT_LONG, postgres, DatabaseCopyTest::record, (done, _) -> {
                        if (done.equals(table)) {
                            throw new IllegalStateException("killed");
                        }
                    }))
                    .hasMessage("killed");
            assertThat(rows(url, "certificate")).as(table).isEmpty();
        }
        assertThat(copy()).isInstanceOf(Outcome.Copied.class);
    }

    @Test
    void aServerThatEndsTheConnectionLeavesNothingBehind() throws Exception {
        fill();
        assertThatThrownBy(() -> DatabaseCopy.run(file, NOT_LONG, postgres, DatabaseCopyTest::record, (done, _) -> {
                    if (done.equals("pin")) {
                        execute(
                                url,
                                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in"
                                        + " transaction' AND datname = current_database()");
                    }
                }))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.fault()).isEqualTo(Fault.UNREACHABLE));
        assertThat(rows(url, "certificate")).isEmpty();
    }

    @Test
    void whatPostgresRefusesInTextIsReplacedAndCounted() throws Exception {
        try (CertificateDatabase source = CertificateDatabase.open(file)) {
            source.certificates().add(Samples.odd(ALICE), Origin.OWN, ACT);
        }
        execute(
                sqlite(),
                "UPDATE certificate SET subject = 'CN=a' || char(0) || 'b'",
                "UPDATE entry SET note = char(0)");
        assertThat(copy())
                .isInstanceOfSatisfying(
                        Outcome.Copied.class,
                        copied -> assertThat(copied.replaced()).isEqualTo(2));
        assertThat(rows(url, "entry")).singleElement().asString().contains("\uFFFD");
        assertThat(copy()).isInstanceOf(Outcome.AlreadyThere.class);
    }

    @Test
    void whatIsNotThereIsNotMade() {
        assertThatThrownBy(this::copy).hasMessage(file + " is not there, or may not be looked for");
        assertThat(file).doesNotExist();
    }

    private static void record(Transaction transaction) {
        transaction.changeLog().add("database-copy", "database:test", List.of(), ACT);
    }

    private Outcome copy() {
        return DatabaseCopy.run(file, NOT_LONG, postgres, DatabaseCopyTest::record, (_, _) -> {});
    }

    private String sqlite() {
        return "jdbc:sqlite:" + file;
    }

    /** Puts a row into each table, where all values of one type are the same, and so every foreign key is kept. */
    private void fill() throws SQLException {
        CertificateDatabase.open(file).close();
        try (Connection connection = DriverManager.getConnection(sqlite())) {
            for (String table : tables()) {
                List<String> values = new ArrayList<>();
                try (ResultSet column = connection.createStatement().executeQuery("PRAGMA table_info(" + table + ")")) {
                    while (column.next()) {
                        values.add(
                                switch (column.getString("type")) {
                                    case "BYTEA" -> "x'00FF27'";
                                    case "TEXT" -> "'Grüße, \uD83D\uDE00 \\ \"''{}'";
                                    default -> "7";
                                });
                    }
                }
                execute(sqlite(), "INSERT INTO " + table + " VALUES (" + String.join(", ", values) + ")");
            }
            Random random = new Random(1);
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO certificate VALUES"
                    + " (?, ?, ?, NULL, x'01', x'02', NULL, x'03', -1, 9223372036854775807)")) {
                for (int i = 0; i < 1_300; i++) {
                    insert.setBytes(1, random(random, 32));
                    insert.setBytes(2, random(random, i % 100));
                    insert.setString(3, "CN=" + i);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            connection.commit();
        }
    }

    private static byte[] random(Random random, int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }

    private List<String> tables() throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(sqlite());
                ResultSet row = connection
                        .createStatement()
                        .executeQuery("SELECT name FROM sqlite_master WHERE type = 'table'"
                                + " AND name NOT IN ('schema_version', 'generation', 'lease') ORDER BY rowid")) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        return names;
    }

    /** Returns the rows of each table in words, sorted. */
    private List<List<String>> contents(String address) throws SQLException {
        List<List<String>> all = new ArrayList<>();
        for (String table : tables()) {
            all.add(rows(address, table));
        }
        return all;
    }

    private static List<String> rows(String address, String table) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(address);
                ResultSet row = connection.createStatement().executeQuery("SELECT * FROM " + table)) {
            while (row.next()) {
                StringBuilder words = new StringBuilder(table);
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    @Nullable Object value = row.getObject(i);
                    words.append('|').append(value instanceof byte[] octets ? digest(octets) : value);
                }
                rows.add(words.toString());
            }
        }
        rows.sort(null);
        return rows;
    }

    private static String digest(byte[] octets) {
        return octets.length + ":" + org.postseal.certstore.Digest.SHA_256.hex(octets);
    }

    private static void execute(String address, String... statements) {
        try (Connection connection = DriverManager.getConnection(address)) {
            for (String statement : statements) {
                connection.createStatement().execute(statement);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
