package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.NOW;
import static org.postseal.certstore.database.Samples.certificate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.Certificates.Origin;

/** Tests the file in which SQLite keeps the database. */
class SqliteTest {
    @TempDir
    Path directory;

    @Test
    void makesFileForItsOwnerAlone() throws Exception {
        try (CertificateDatabase database = open()) {
            database.certificates().add(certificate(ALICE), Origin.OWN, ACT);
            for (String suffix : List.of("", "-wal", "-shm")) {
                assertThat(PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(directory.resolve("postseal.db" + suffix))))
                        .as("mode of %s", suffix)
                        .isEqualTo("rw-------");
            }
        }
    }

    // A test cannot cut the power or search a disk for erased octets, so it only checks that SQLite is asked for both.
    @Test
    void asksForDurabilityAndErasure() {
        Map<String, String> expected = Map.of(
                "journal_mode",
                "wal",
                "synchronous",
                "2",
                "foreign_keys",
                "1",
                "busy_timeout",
                "5000",
                "secure_delete",
                "1");
        try (CertificateDatabase database = open()) {
            for (Map.Entry<String, String> each : expected.entrySet()) {
                Optional<String> value =
                        database.access().write(sql -> sql.first("PRAGMA " + each.getKey(), row -> row.getString(1)));
                assertThat(value).as(each.getKey()).contains(each.getValue());
            }
        }
    }

    @RepeatedTest(10)
    void isMadeOnceByManyAtOnce() throws Exception {
        try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<Future<CertificateDatabase>> opened = IntStream.range(0, 8)
                    .mapToObj(_ -> callers.submit(this::open))
                    .toList();
            for (Future<CertificateDatabase> each : opened) {
                each.get().close();
            }
        }
    }

    @Test
    void numbersOfChangesGoOnInAnOlderDatabase() throws Exception {
        Sqlite sqlite = new Sqlite(directory.resolve("postseal.db"), Duration.ofSeconds(1));
        sqlite.createFile();
        try (Sql sql = sqlite.connect(Engine.Use.WRITING)) {
            Migrations.apply(sqlite, sql, NOW, Migrations.STEPS.subList(0, 3), Migrations.OLDEST);
            sql.execute("INSERT INTO change_log VALUES (7, 'root', 0, '', 'cert-pin', 'certificate:ab', '')");
        }
        try (CertificateDatabase database = open()) {
            database.changeLog().add("cert-block", "certificate:ab", List.of(), ACT);
            assertThat(database.changeLog().waiting(10))
                    .extracting(ChangeLog.Change::sequence)
                    .containsExactly(7L, 8L);
        }
    }

    private CertificateDatabase open() {
        return CertificateDatabase.open(directory.resolve("postseal.db"));
    }
}
