package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.certificate;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateDatabase.Options;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.DatabaseException.Fault;
import org.postseal.certstore.database.RevocationCache.Answer;
import org.postseal.certstore.database.RevocationCache.Kind;

class DatabaseFaultsTest {
    private static final Options IMPATIENT = new Options(Duration.ofMillis(50), 1);

    @TempDir
    Path directory;

    Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("postseal.db");
    }

    @Test
    void lockedByAnotherWriter() throws Exception {
        MailCertificate alice = certificate(ALICE);
        try (CertificateDatabase database = CertificateDatabase.open(file, IMPATIENT);
                Connection other = raw();
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertFault(
                    () -> database.certificates().add(alice, Origin.OWN, ACT),
                    Fault.LOCKED,
                    file + " is locked by another process for more than 50 ms");
            assertThat(database.certificates().withAddress(ALICE)).isEmpty();
            // Opening a database whose tables are up to date needs no lock.
            CertificateDatabase.open(file, IMPATIENT).close();
            statement.execute("COMMIT");
            assertThat(database.certificates().add(alice, Origin.OWN, ACT)).isTrue();
        }
    }

    @Test
    void fullDisk() {
        try (CertificateDatabase database = CertificateDatabase.open(file, IMPATIENT)) {
            MailCertificate alice = certificate(ALICE);
            database.certificates().add(alice, Origin.OWN, ACT);
            database.access().write(sql -> sql.first("PRAGMA max_page_count = 1", row -> row.getLong(1)));
            MailCertificate bob = certificate(BOB);
            assertFault(
                    () -> database.commit(transaction -> {
                        transaction.certificates().add(bob, Origin.OWN, ACT);
                        transaction.revocation().store(Kind.CRL, "large", answer(1_000_000));
                    }),
                    Fault.FULL,
                    file + " cannot grow: the disk is full");
            assertThat(database.certificates().withAddress(BOB)).isEmpty();
            assertThat(database.certificates().withAddress(ALICE)).containsExactly(alice);
            database.access().write(sql -> sql.first("PRAGMA max_page_count = 1000000", row -> row.getLong(1)));
            assertThat(database.certificates().add(bob, Origin.OWN, ACT)).isTrue();
            assertThat(database.integrityFaults()).isEmpty();
        }
    }

    @Test
    void damagedFile() throws Exception {
        List<MailCertificate> certificates =
                IntStream.range(0, 50).mapToObj(_ -> certificate(ALICE)).toList();
        try (CertificateDatabase database = CertificateDatabase.open(file)) {
            database.certificates().addAll(certificates, Origin.OWN, ACT);
        }
        // This overwrites every page except the first, which has the schema.
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] garbage = new byte[(int) raw.length() - 4096];
            Arrays.fill(garbage, (byte) 0xA5);
            raw.seek(4096);
            raw.write(garbage);
        }
        assertFault(
                () -> {
                    try (CertificateDatabase database = CertificateDatabase.open(file)) {
                        database.certificates().withAddress(ALICE);
                    }
                },
                Fault.DAMAGED,
                file + " is damaged");
    }

    @Test
    void truncatedFile() throws Exception {
        try (CertificateDatabase database = CertificateDatabase.open(file)) {
            database.certificates().add(certificate(ALICE), Origin.OWN, ACT);
        }
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength(raw.length() - 10 * 4096);
        }
        assertFault(
                () -> {
                    try (CertificateDatabase database = CertificateDatabase.open(file)) {
                        database.certificates().list(CertificateFilter.all(10));
                        database.certificates().withAddress(ALICE);
                        database.harvest().held(1);
                    }
                },
                Fault.DAMAGED,
                file + " is damaged");
    }

    @Test
    void directoryInPlaceOfFile() {
        assertFault(() -> CertificateDatabase.open(directory), Fault.CANNOT_OPEN, directory + " is a directory");
    }

    @Test
    void linkToNothing() throws Exception {
        Path target = directory.resolve("target");
        Files.createSymbolicLink(file, target);
        assertFault(() -> CertificateDatabase.open(file), Fault.CANNOT_OPEN, file + " is a symbolic link to nothing");
        assertThat(target).doesNotExist();
    }

    @Test
    void missingDirectory() {
        Path missing = directory.resolve("missing/postseal.db");
        assertThatThrownBy(() -> CertificateDatabase.open(missing))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.fault()).isEqualTo(Fault.CANNOT_OPEN));
        assertThat(missing.getParent()).doesNotExist();
    }

    @Test
    void fileOfSomethingElse() throws Exception {
        byte[] text = "Dear reader, ".repeat(100).getBytes(StandardCharsets.UTF_8);
        Files.write(file, text);
        assertFault(() -> CertificateDatabase.open(file), Fault.NOT_A_DATABASE, file + " is not a database");
        assertThat(Files.readAllBytes(file)).isEqualTo(text);
    }

    @Test
    void databaseOfAnotherProgram() throws Exception {
        try (Connection other = raw();
                Statement statement = other.createStatement()) {
            statement.execute("CREATE TABLE song (title TEXT)");
        }
        assertFault(
                () -> CertificateDatabase.open(file),
                Fault.NOT_A_DATABASE,
                file + " is the database of another program");
    }

    @Test
    void writtenByNewerProgram() throws Exception {
        CertificateDatabase.open(file).close();
        int known = Migrations.STEPS.size();
        try (Connection other = raw();
                Statement statement = other.createStatement()) {
            statement.execute("INSERT INTO schema_version (version, applied) VALUES (" + (known + 1) + ", 0)");
        }
        assertFault(
                () -> CertificateDatabase.open(file),
                Fault.NEWER,
                "the database has version " + (known + 1)
                        + ", written by a newer program; this one knows versions up to " + known + ", and it needs "
                        + (known + 1));
    }

    @Test
    void failedMigrationLeavesOldVersion() throws Exception {
        List<String> steps =
                List.of("CREATE TABLE first (a BIGINT)", "CREATE TABLE second (a BIGINT); CREATE NONSENSE");
        Sqlite sqlite = new Sqlite(file, Duration.ofMillis(50));
        sqlite.createFile();
        try (Sql sql = sqlite.connect(Engine.Use.WRITING)) {
            Migrations.apply(sqlite, sql, Instant.EPOCH, steps.subList(0, 1), 9);
            sqlite.beginMigrating(sql);
            assertThatThrownBy(() -> Migrations.apply(sqlite, sql, Instant.EPOCH, steps, 9))
                    .isInstanceOf(java.sql.SQLException.class);
            sqlite.rollback(sql, new IllegalStateException());
            assertThat(Migrations.version(sql)).isEqualTo(1);
            assertThat(sql.exists("SELECT 1 FROM sqlite_master WHERE name = 'second'"))
                    .isFalse();
            Migrations.apply(
                    sqlite, sql, Instant.EPOCH, List.of(steps.getFirst(), "CREATE TABLE second (a BIGINT)"), 9);
            assertThat(Migrations.version(sql)).isEqualTo(2);
        }
    }

    @Test
    void replacedFile() throws Exception {
        try (CertificateDatabase database = CertificateDatabase.open(file)) {
            Files.move(file, directory.resolve("old.db"));
            Files.createFile(file);
            Instant deadline = Instant.now().plusSeconds(10);
            while (isSound(database) && Instant.now().isBefore(deadline)) {
                Thread.sleep(20);
            }
            assertFault(
                    () -> database.certificates().add(certificate(ALICE), Origin.OWN, ACT),
                    Fault.REPLACED,
                    file + " was removed or replaced while it was open; restart to use what is there now");
        }
    }

    private static boolean isSound(CertificateDatabase database) {
        try {
            return database.changes() >= 0;
        } catch (DatabaseException e) {
            return false;
        }
    }

    private static void assertFault(ThrowingCallable call, Fault fault, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.fault()).isEqualTo(fault))
                .hasMessage(message);
    }

    private static Answer answer(int octets) {
        return new Answer(new byte[octets], Instant.EPOCH, Optional.empty(), Instant.EPOCH);
    }

    private Connection raw() throws Exception {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }
}
