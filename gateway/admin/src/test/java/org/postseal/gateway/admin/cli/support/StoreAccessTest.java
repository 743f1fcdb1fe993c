package org.postseal.gateway.admin.cli.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.CommandBench;

final class StoreAccessTest {
    @TempDir
    private Path folder;

    private CommandBench bench;
    private Path pem;

    @BeforeEach
    void files() {
        bench = new CommandBench(folder);
        pem = bench.pem("a.pem", CommandBench.issue("a@partner.example", 100).certificate());
    }

    @Test
    void withoutADatabaseItIsSaidWhatToAdd() {
        bench.configure("");

        assertThat(bench.run("cert", "list")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err())
                .containsExactly(
                        "error: no database is configured",
                        "hint: add to postseal.yaml:",
                        "  directory:",
                        "    database: /var/lib/postseal/directory.db",
                        "    masterKey: /etc/postseal/master.key");
    }

    @Test
    void aBrokenConfigurationIsToldWithEveryProblem() {
        bench.configure("lmits: {}\ndirectory: { database: nowhere/x.db }\n");

        assertThat(bench.run("cert", "block", "ab".repeat(32))).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err())
                .containsExactly(
                        "postseal.yaml:4: lmits: unknown key (nearest: limits)",
                        "postseal.yaml:5: directory.database: no such directory: nowhere",
                        "error: 2 problems in the configuration, see above");
    }

    @Test
    void readingMakesNoDatabase() {
        assertThat(bench.run("cert", "list")).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(bench.err())
                .containsExactly(
                        "error: there is no database yet: directory.db",
                        "hint: the first import makes it: postseal cert import FILE");
        assertThat(folder.resolve("directory.db")).doesNotExist();
    }

    @Test
    void askingTheDirectoryMakesNoneEither() {
        bench.directory("store/trust");
        assertThat(bench.run("trust", "verify", pem)).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).containsExactly("warning: there is no database yet: directory.db");
        assertThat(bench.run("cert", "explain", "bob@partner.example")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).containsExactly("warning: there is no database yet: directory.db");
        assertThat(bench.out().getLast()).isEqualTo("none: no certificate (code 4)");
        assertThat(folder.resolve("directory.db")).doesNotExist();
    }

    @Test
    void beforeItsFirstCopyAServerIsAskedItself() throws IOException {
        int port;
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = nobody.getLocalPort();
        }
        bench.configure("""
                directory:
                  database: directory.db
                  ldap: { corp: { urls: "ldap://127.0.0.1:%d", base: "dc=example", sync: {} } }
                """.formatted(port));
        assertThat(bench.run("cert", "explain", "bob@partner.example")).isEqualTo(ExitCode.TRY_AGAIN);
        assertThat(bench.err()).containsExactly("warning: there is no database yet: directory.db");
        assertThat(bench.out().getLast())
                .isEqualTo("mail waits: ldap:corp must be asked and cannot answer: ldap:corp cannot be reached:"
                        + " ldap://127.0.0.1:" + port + " (91 connect error)");
        assertThat(folder.resolve("directory.db")).doesNotExist();
    }

    @Test
    void whatIsNoDatabaseIsLeftAlone() throws IOException {
        Path file =
                bench.write("directory.db", "SQLite? No, a diary of some length, which must not be lost.\n".repeat(50));
        byte[] before = Files.readAllBytes(file);

        assertThat(bench.run("cert", "import", pem)).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err())
                .containsExactly("error: directory.db is not a database", "hint: let directory.database name another");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aNewerDatabaseIsLeftAlone() throws SQLException {
        bench.run("cert", "import", pem);
        sql("INSERT INTO schema_version (version, applied) VALUES (999, 0)");

        assertThat(bench.run("cert", "list")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err().getLast()).isEqualTo("hint: use the version of postseal that wrote it, or a later one");
    }

    @Test
    void aLockedDatabaseIsToBeTriedAgain() throws SQLException {
        bench.run("cert", "import", pem);
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("directory.db"));
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertThat(bench.run("cert", "block", "ab".repeat(32))).isEqualTo(ExitCode.TRY_AGAIN);
            assertThat(bench.err())
                    .containsExactly(
                            "error: directory.db is locked by another process for more than 200 ms",
                            "hint: another command is writing; nothing changed, try again");
            statement.execute("ROLLBACK");
        }
        assertThat(bench.changes()).hasSize(1);
    }

    @Test
    void commandsAtTheSameTimeAllTakeEffect() throws Exception {
        bench.run("cert", "import", pem);
        List<Future<Integer>> codes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 8; i++) {
                String target = String.format("%064x", i);
                codes.add(threads.submit(() -> {
                    // Exit code 75 asks a command that came too late to try again
                    int code = ExitCode.TRY_AGAIN;
                    for (int tries = 0; tries < 50 && code == ExitCode.TRY_AGAIN; tries++) {
                        code = new CommandBench(bench).run("cert", "block", target);
                    }
                    return code;
                }));
            }
        }
        for (Future<Integer> code : codes) {
            assertThat(code.get()).isZero();
        }
        assertThat(bench.changes()).hasSize(9);
    }

    @Test
    void whatRootMakesBelongsToTheOwnerOfTheDirectory() throws IOException {
        assumeTrue(Files.getOwner(folder).getName().equals("root"), "only root may give files away");
        Files.setOwner(
                folder, FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));

        assertThat(bench.run("cert", "import", pem)).isZero();
        assertThat(bench.run("key", "init")).isZero();
        Path roots = Files.createDirectory(folder.resolve("etc"));
        assertThat(bench.run("key", "init", "--file", roots.resolve("second.key")))
                .isZero();
        assertThat(Files.getOwner(roots).getName()).isEqualTo("root");
        assertThat(Files.getOwner(roots.resolve("second.key")).getName()).isEqualTo("nobody");
        List<String> owners = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith("directory.db") || name.equals("master.key")) {
                    owners.add(name + " " + Files.getOwner(file));
                }
            }
        }
        assertThat(owners)
                .contains("directory.db nobody", "master.key nobody")
                .allMatch(each -> each.endsWith(" nobody"));
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("directory.db"));
                Statement running = connection.createStatement()) {
            running.execute(statement);
        }
    }
}
