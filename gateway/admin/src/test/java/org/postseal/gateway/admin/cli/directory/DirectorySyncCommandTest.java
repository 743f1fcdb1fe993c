package org.postseal.gateway.admin.cli.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.NOW;
import static org.postseal.gateway.admin.cli.CommandBench.issue;
import static org.postseal.gateway.admin.cli.directory.ServerBench.steady;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Turn;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests {@code postseal directory sync --once}, with its exact output. */
final class DirectorySyncCommandTest {
    private static final String SOURCE = "mirror:corp";

    @TempDir
    private Path folder;

    @AutoClose
    private MemoryDirectory directory;

    private CommandBench bench;

    @BeforeEach
    void start() throws Exception {
        directory = MemoryDirectory.start();
        for (String name : List.of("Alice", "Bob", "Carol", "Dan")) {
            String address = name.toLowerCase(java.util.Locale.ROOT) + "@example.com";
            directory.person(name, address, issue(address, 300).certificate());
        }
        bench = ServerBench.with(folder, directory.settings("corp", ", sync: {}"));
    }

    @Test
    void whatHasChangedIsTold() throws Exception {
        assertThat(bench.run("directory", "sync", "--once", "--note", "first time"))
                .isZero();
        assertThat(steady(bench.out(), directory.port()))
                .containsExactly(
                        "corp: 4 added, 0 changed, 0 deleted, 0 skipped, 0 as before",
                        "  everything was read from 127.0.0.1:PORT by full, in N ms",
                        "  no position to go on from: the next round reads everything again");
        assertThat(bench.lastChange().action()).isEqualTo("directory-sync");
        assertThat(bench.lastChange().object()).isEqualTo(SOURCE);
        assertThat(steady(bench.lastChange().details(), directory.port()))
                .containsExactly(
                        "server 127.0.0.1:PORT", "method full, all", "4 added, 0 changed, 0 deleted, 0 skipped");
        assertThat(bench.lastChange().act().note()).isEqualTo("first time");

        directory.server().delete(MemoryDirectory.dn("Alice"));
        mail("Bob", "robert@example.com");
        mail("Carol", "no address at all");
        directory.person("Erin", "erin@example.com");
        assertThat(bench.run("directory", "sync", "--once", "corp", "--force")).isZero();
        assertThat(bench.out().getFirst())
                .isEqualTo("corp: 1 added, 1 changed, 2 deleted, 1 skipped (1 without address), 1 as before");
        assertThat(has("robert@example.com")).isTrue();
        assertThat(has("alice@example.com")).isFalse();
    }

    @Test
    void scriptsGetJson() {
        assertThat(bench.run("directory", "sync", "--once", "--full", "--json")).isZero();
        assertThat(String.join("\n", steady(bench.out(), directory.port()))).isEqualTo("""
            [
              {
                "server": "corp",
                "from": "127.0.0.1:PORT",
                "method": "full",
                "full": true,
                "added": 4,
                "changed": 0,
                "deleted": 0,
                "unchanged": 0,
                "skipped": {},
                "skippedEntries": [],
                "notes": [],
                "milliseconds": N,
                "ok": true,
                "position": {
                  "method": "full",
                  "server": "127.0.0.1:PORT",
                  "updated": "2026-06-01T12:00:00Z"
                }
              }
            ]\
            """);
    }

    @Test
    void aServerThatIsDownLeavesTheCopyInUse() {
        assertThat(bench.run("directory", "sync", "--once")).isZero();
        int port = directory.port();
        directory.close();

        assertThat(bench.run("directory", "sync", "--once")).isEqualTo(ExitCode.TRY_AGAIN);
        assertThat(steady(bench.err(), port))
                .containsExactly(
                        "error: corp: cannot be reached: ldap://127.0.0.1:PORT (91 connect error);"
                                + " its copy stays in use as it is",
                        "hint: postseal directory test corp says what is wrong");
        assertThat(bench.out()).isEmpty();
        assertThat(has("alice@example.com")).isTrue();
        assertThat(bench.changes()).containsExactly("directory-sync " + SOURCE);
    }

    @Test
    void aWrongPasswordIsNamedAndTheOtherServersAreCopied() {
        bench.write("other.password", "wrong\n");
        ServerBench.configure(
                bench,
                directory.settings("corp", ", sync: {}").replace("ldap.password", "other.password"),
                directory.settings("lab", ", sync: {}"));

        assertThat(bench.run("directory", "sync", "--once")).isEqualTo(ExitCode.TRY_AGAIN);
        assertThat(bench.out().getFirst()).isEqualTo("lab: 4 added, 0 changed, 0 deleted, 0 skipped, 0 as before");
        assertThat(steady(bench.err(), directory.port()))
                .containsExactly(
                        "error: corp: refuses our credentials: ldap://127.0.0.1:PORT (49 invalid credentials);"
                                + " its copy stays in use as it is",
                        "hint: postseal directory test corp says what is wrong");
    }

    @Test
    void whenTooMuchIsGoneItIsNotBelieved() throws Exception {
        assertThat(bench.run("directory", "sync", "--once")).isZero();
        for (String name : List.of("Alice", "Bob", "Carol")) {
            directory.server().delete(MemoryDirectory.dn(name));
        }

        assertThat(bench.run("directory", "sync", "--once")).isEqualTo(ExitCode.TRY_AGAIN);
        assertThat(bench.err())
                .containsExactly(
                        "error: corp: of 4 entries 3 would be removed, more than 30 %;"
                                + " if that is right, force it; its copy stays in use as it is",
                        "hint: look at the server; if it is right, add --force");
        assertThat(has("alice@example.com")).isTrue();
        assertThat(bench.run("directory", "sync", "--once", "--force")).isZero();
        assertThat(has("alice@example.com")).isFalse();
    }

    @Test
    void aCopyThatAnotherProcessKeepsIsLeftToIt() throws Exception {
        try (CertificateDatabase other = CertificateDatabase.open(folder.resolve("directory.db"));
                Turn turn = other.turn(SOURCE).orElseThrow()) {
            assertThat(turn).isNotNull();
            assertThat(bench.run("directory", "sync", "--once")).isEqualTo(ExitCode.TRY_AGAIN);
            assertThat(bench.err())
                    .containsExactly(
                            "error: corp: another process keeps this copy up to date at the moment;"
                                    + " its copy stays in use as it is",
                            "hint: a running gateway does it by itself;"
                                    + " to read everything anew now, stop it or the other command first");
        }
        assertThat(Files.getPosixFilePermissions(folder.resolve("directory.db-mirror-corp")))
                .isEqualTo(Files.getPosixFilePermissions(folder.resolve("directory.db")));
        assertThat(bench.run("directory", "sync", "--once")).isZero();
    }

    @Test
    void aGatewayThatRunsSeesIt() {
        try (CertificateDatabase gateway = CertificateDatabase.open(folder.resolve("directory.db"))) {
            long before = gateway.generation();
            assertThat(bench.run("directory", "sync", "--once")).isZero();
            assertThat(gateway.generation()).isGreaterThan(before);
            assertThat(gateway.mirrors().state(SOURCE).orElseThrow().updated()).isEqualTo(NOW);
        }
    }

    private void mail(String name, String address) throws LDAPException {
        directory
                .server()
                .modify(MemoryDirectory.dn(name), new Modification(ModificationType.REPLACE, "mail", address));
    }

    private boolean has(String address) {
        return bench.database(database ->
                !database.mirrors().withAddress(SOURCE, MailAddress.of(address)).isEmpty());
    }
}
