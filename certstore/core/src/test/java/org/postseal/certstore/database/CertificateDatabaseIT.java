package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.certificate;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.DatabaseException.Fault;
import org.postseal.certstore.database.RevocationCache.Kind;

/** Shares the database between processes: one is killed, another changes the file, and a third runs as another user. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CertificateDatabaseIT {
    @TempDir
    static Path classes;

    @TempDir
    Path directory;

    Path file;
    final List<Process> started = new ArrayList<>();

    @BeforeEach
    void name() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        file = directory.resolve("postseal.db");
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void everyAcknowledgedWriteSurvivesKill() throws Exception {
        int next = 0;
        for (int round = 0; round < 3; round++) {
            Process writer = start("write-until-killed", file.toString(), Integer.toString(next));
            int last = next;
            try (BufferedReader acknowledged = writer.inputReader()) {
                for (int i = 0; i < 50 + 17 * round; i++) {
                    last = Integer.parseInt(acknowledged.readLine());
                }
                // The process is killed between or within writes. It is killed by its handle, which leaves its output
                // readable.
                writer.toHandle().destroyForcibly();
                for (String line = acknowledged.readLine(); line != null; line = acknowledged.readLine()) {
                    last = Integer.parseInt(line);
                }
            }
            writer.waitFor();
            try (CertificateDatabase database = CertificateDatabase.open(file)) {
                for (int i = 0; i <= last; i++) {
                    assertThat(database.revocation().find(Kind.CRL, DatabaseProcess.first(i)))
                            .as("acknowledged write %d of %d", i, last)
                            .isPresent();
                }
                int unacknowledged = last + 1;
                assertThat(isThere(database, DatabaseProcess.first(unacknowledged)))
                        .as("both rows of a write, or none")
                        .isEqualTo(isThere(database, DatabaseProcess.second(unacknowledged)));
                assertThat(database.integrityFaults()).isEmpty();
            }
            next = last + 1;
        }
    }

    @Test
    void hearsOfAnotherProcessWithinASecond() throws Exception {
        try (CertificateDatabase database = CertificateDatabase.open(file)) {
            CountDownLatch told = new CountDownLatch(1);
            database.onChange(told::countDown);
            long before = database.changes();
            Process command = start("write-once", file.toString());
            assertThat(command.inputReader().readLine()).isEqualTo("written");
            assertThat(told.await(1, TimeUnit.SECONDS)).isTrue();
            assertThat(database.changes()).isNotEqualTo(before);
            assertThat(database.revocation().find(Kind.CRL, "once")).isPresent();
        }
    }

    @Test
    void rootLeavesFilesToOwnerOfDirectory() throws Exception {
        Assumptions.assumeTrue(isRoot(), "only root can give files away");
        chown(directory);
        try (CertificateDatabase database = CertificateDatabase.open(file)) {
            database.certificates().add(certificate(ALICE), Origin.OWN, ACT);
            for (String suffix : List.of("", "-wal", "-shm")) {
                PosixFileAttributes attributes = Files.readAttributes(
                        directory.resolve("postseal.db" + suffix),
                        PosixFileAttributes.class,
                        LinkOption.NOFOLLOW_LINKS);
                assertThat(List.of(
                                attributes.owner(),
                                attributes.group(),
                                PosixFilePermissions.toString(attributes.permissions())))
                        .as("owner, group and mode of %s", suffix)
                        .isEqualTo(List.of(
                                owner(directory).owner(), owner(directory).group(), "rw-------"));
            }
            // The service can write while root has the file open, and afterwards.
            assertThat(startAsNobody("write-once", file.toString())
                            .inputReader()
                            .readLine())
                    .isEqualTo("written");
        }
        assertThat(startAsNobody("write-once", file.toString()).inputReader().readLine())
                .isEqualTo("written");
    }

    @Test
    void readOnlyFileIsNamed() throws Exception {
        CertificateDatabase.open(file).close();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assertThat(startAsNobody("write-once", file.toString())
                            .inputReader()
                            .readLine())
                    .isEqualTo(Fault.READ_ONLY.name());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
            assertThat(startAsNobody("write-once", file.toString())
                            .inputReader()
                            .readLine())
                    .isEqualTo(Fault.CANNOT_OPEN.name());
        } finally {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void writersOfTwoProcessesWaitForEachOther() throws Exception {
        Process other = start("write-until-killed", file.toString(), "0");
        try (BufferedReader acknowledged = other.inputReader()) {
            acknowledged.readLine();
            try (CertificateDatabase database =
                    CertificateDatabase.open(file, new CertificateDatabase.Options(Duration.ofSeconds(30), 1))) {
                for (int i = 0; i < 20; i++) {
                    assertThat(database.certificates().add(certificate(ALICE), Origin.OWN, ACT))
                            .isTrue();
                }
                assertThat(database.certificates().withAddress(ALICE)).hasSize(20);
            }
        }
    }

    @Test
    void aTurnIsForOneProcessAndEndsWithIt() throws Exception {
        Process holder = start("hold-turn", file.toString(), "mirror");
        assertThat(holder.inputReader().readLine()).isEqualTo("mine");
        try (CertificateDatabase database = CertificateDatabase.open(file)) {
            assertThat(database.turn("mirror")).isEmpty();
            assertThat(start("hold-turn", file.toString(), "other")
                            .inputReader()
                            .readLine())
                    .as("another name")
                    .isEqualTo("mine");
            holder.destroyForcibly().waitFor();
            try (Turn _ = database.turn("mirror").orElseThrow()) {
                assertThat(start("hold-turn", file.toString(), "mirror")
                                .inputReader()
                                .readLine())
                        .isEqualTo("taken");
            }
        }
    }

    @Test
    void loadsNoClassOfPostgresForAFile() throws Exception {
        Path loaded = directory.resolve("loaded");
        Process writer = launch(
                List.of("env", "JDK_JAVA_OPTIONS=-Xlog:class+load:file=" + loaded),
                System.getProperty("java.class.path"),
                "write-once",
                file.toString());
        assertThat(writer.inputReader().readLine()).isEqualTo("written");
        writer.waitFor();
        assertThat(Files.readString(loaded))
                .contains(Sqlite.class.getName())
                .doesNotContain("org.postgresql.")
                .doesNotContain(Postgres.class.getName());
    }

    private static boolean isThere(CertificateDatabase database, String name) {
        return database.revocation().find(Kind.CRL, name).isPresent();
    }

    /**
     * Starts the process as another user if the test runs as root, since root is allowed everything. The process gets a
     * class path of its own, because that user cannot read root's home.
     */
    private Process startAsNobody(String... arguments) throws Exception {
        return isRoot()
                ? launch(
                        List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"),
                        copiedClassPath(),
                        arguments)
                : start(arguments);
    }

    private Process start(String... arguments) throws IOException {
        return launch(List.of(), System.getProperty("java.class.path"), arguments);
    }

    private Process launch(List<String> prefix, String classPath, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                DatabaseProcess.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        started.add(process);
        return process;
    }

    private static String copiedClassPath() throws IOException {
        List<String> entries = new ArrayList<>();
        int number = 0;
        Files.setPosixFilePermissions(classes, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path source = Path.of(entry);
            Path target = classes.resolve(number++ + "-" + source.getFileName());
            entries.add(target.toString());
            if (Files.exists(source) && !Files.exists(target)) {
                copy(source, target);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> all = Files.walk(source)) {
            for (Path each : all.toList()) {
                Path to = target.resolve(source.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(to);
                } else {
                    Files.createDirectories(to.getParent());
                    Files.copy(each, to);
                }
            }
        }
    }

    private static void chown(Path path) throws Exception {
        Process chown = new ProcessBuilder("chown", NOBODY + ":" + NOBODY, path.toString())
                .inheritIO()
                .start();
        if (chown.waitFor() != 0) {
            fail("chown failed");
        }
    }

    private static PosixFileAttributes owner(Path path) throws IOException {
        return Files.readAttributes(path, PosixFileAttributes.class);
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static final String NOBODY = "65534";
}
