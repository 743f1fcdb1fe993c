package org.postseal.gateway.admin.cli.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.AUTHORITY;
import static org.postseal.gateway.admin.cli.CommandBench.brief;
import static org.postseal.gateway.admin.cli.CommandBench.issue;
import static org.postseal.gateway.admin.cli.directory.ServerBench.steady;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.Await;

/** Runs the commands of {@code directory} against a real slapd. */
final class DirectoryCommandsIT {
    private static final IssuedCertificate ALICE = issue("alice@example.com", 300);
    private static final IssuedCertificate BOB = issue("bob@example.com", 300);

    @TempDir
    private Path folder;

    private RealSlapd slapd;
    private LDAPConnection admin;
    private CommandBench bench;

    @BeforeEach
    void start() throws Exception {
        slapd = RealSlapd.start(Files.createDirectory(folder.resolve("slapd")));
        admin = slapd.admin();
        bench = ServerBench.with(Files.createDirectory(folder.resolve("postseal")));
        configure(", sync: {}");
        bench.pem("ca.pem", AUTHORITY.root(), AUTHORITY.issuer());
        bench.run("trust", "import", "partners", bench.folder.resolve("ca.pem"));
    }

    @AfterEach
    void stop() {
        admin.close();
        slapd.close();
    }

    @Test
    void testGoesTheWholeWay() throws Exception {
        slapd.person(admin, "Bob", "bob@example.com", BOB.certificate());

        assertThat(bench.run("directory", "test", "corp", "--address", "bob@example.com"))
                .isZero();
        assertThat(steady(bench.out(), slapd.port()))
                .containsExactly(
                        "SERVER STEP RESULT TIME WHAT IS SAID",
                        "corp ldap://127.0.0.1:PORT connect ok N ms",
                        "corp ldap://127.0.0.1:PORT TLS ok N ms not used: everything crosses the network in the clear",
                        "corp ldap://127.0.0.1:PORT bind ok N ms as cn=admin,dc=example,dc=com",
                        "corp ldap://127.0.0.1:PORT root DSE ok N ms OpenLDAP; a copy is kept up to date by syncrepl",
                        "corp ldap://127.0.0.1:PORT base ok N ms dc=example,dc=com",
                        "corp look up bob@example.com ok N ms 1 certificate; " + brief(BOB)
                                + " until 2027-03-28: usable");
    }

    @Test
    void syncBringsWhatWasAddedChangedAndDeleted() throws Exception {
        slapd.person(admin, "Alice", "alice@example.com");
        slapd.person(admin, "Bob", "bob@example.com", BOB.certificate());
        assertThat(bench.run("directory", "sync", "--once")).isZero();
        assertThat(counts()).isEqualTo("corp: 2 added, 0 changed, 0 deleted, 0 skipped, 0 as before");
        assertThat(steady(bench.out(), slapd.port()).getLast())
                .isEqualTo("  position kept: syncrepl at 127.0.0.1:PORT");
        assertThat(bench.run("cert", "explain", "bob@example.com")).isZero();

        slapd.person(admin, "Carol", "carol@example.com");
        admin.modify(RealSlapd.dn("Bob"), new Modification(ModificationType.DELETE, "userCertificate;binary"));
        admin.delete(RealSlapd.dn("Alice"));
        // One of three entries is gone, which is too many to believe without --force
        assertThat(bench.run("directory", "sync", "--once", "--force")).isZero();
        assertThat(counts()).isEqualTo("corp: 1 added, 1 changed, 1 deleted, 0 skipped, 0 as before");
        assertThat(steady(bench.out(), slapd.port()).get(1))
                .isEqualTo("  changes were read from 127.0.0.1:PORT by syncrepl, in N ms");
        assertThat(bench.run("cert", "explain", "bob@example.com")).isEqualTo(ExitCode.REFUSED);

        assertThat(bench.run("directory", "sync", "--once", "--full")).isZero();
        assertThat(counts()).isEqualTo("corp: 0 added, 0 changed, 0 deleted, 0 skipped, 2 as before");
        assertThat(steady(bench.out(), slapd.port()).get(1))
                .isEqualTo("  everything was read from 127.0.0.1:PORT by syncrepl, in N ms");
    }

    @Test
    void followSeesAChangeAndEndsOnASignal() throws Exception {
        slapd.person(admin, "Alice", "alice@example.com");
        Path output = folder.resolve("output");
        Process following = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.postseal.gateway.admin.Main",
                        "directory",
                        "sync",
                        "--follow",
                        "-c",
                        bench.folder.resolve("postseal.yaml").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            Await.until(() -> lines(output).size() == 1, () -> "nothing was copied: " + lines(output));
            // Meanwhile no other command may copy the server
            assertThat(bench.run("directory", "sync", "--once")).isEqualTo(ExitCode.TRY_AGAIN);
            assertThat(bench.err().getFirst())
                    .startsWith("error: corp: another process keeps this copy up to date at the moment");

            slapd.person(admin, "Bob", "bob@example.com", BOB.certificate());
            Await.until(() -> lines(output).size() == 2, () -> "the change was not seen: " + lines(output));
            assertThat(bench.run("cert", "explain", "bob@example.com")).isZero();

            following.destroy();
            assertThat(following.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(following.exitValue()).isZero();
        } finally {
            following.destroyForcibly();
        }
        assertThat(lines(output).stream().map(line -> line.replaceFirst("^\\S+Z ", "")))
                .containsExactly(
                        "corp: 1 added, 0 changed, 0 deleted, 0 skipped",
                        "corp: 1 added, 0 changed, 0 deleted, 0 skipped");
        assertThat(bench.run("directory", "sync", "--once")).isZero();
        assertThat(counts()).isEqualTo("corp: 0 added, 0 changed, 0 deleted, 0 skipped, 0 as before");
    }

    @Test
    void whatIsPublishedIsFound() throws Exception {
        bench.run("key", "init");
        bench.run(
                "key",
                "import",
                bench.pkcs12("alice.p12", ALICE),
                "--password-file",
                bench.folder.resolve("alice.p12.password"));
        slapd.person(
                admin,
                "Alice",
                "alice@example.com",
                issue("alice@example.com", -10).certificate());

        assertThat(bench.run("directory", "publish", "alice@example.com")).isZero();
        assertThat(bench.out().getLast()).isEqualTo("2 added, 1 removed, 0 kept");
        assertThat(bench.run("directory", "publish", "alice@example.com")).isZero();
        assertThat(bench.out().getLast()).isEqualTo("nothing to do: the entry is as it should be");

        // The partner has no other source than the directory server
        CommandBench partner = ServerBench.with(Files.createDirectory(folder.resolve("partner")));
        ServerBench.configure(partner, server(""));
        partner.run("trust", "import", "partners", bench.folder.resolve("ca.pem"));
        assertThat(partner.run("cert", "explain", "alice@example.com")).isZero();
        assertThat(partner.out().getLast())
                .isEqualTo("chosen: " + brief(ALICE) + " from ldap:corp, the only usable one");

        assertThat(bench.run("directory", "publish", "alice@example.com", "--clear-smime"))
                .isZero();
        assertThat(bench.out().getLast()).isEqualTo("0 added, 1 removed, 1 kept");
        assertThat(Objects.requireNonNull(admin.getEntry(RealSlapd.dn("Alice"))).hasAttribute("userSMIMECertificate"))
                .isFalse();
    }

    private void configure(String more) {
        ServerBench.configure(bench, server(more));
    }

    private String server(String more) {
        return "    corp: { urls: \"ldap://127.0.0.1:" + slapd.port() + "\", base: \"" + RealSlapd.BASE
                + "\", bindDn: \"" + RealSlapd.ADMIN + "\", passwordFile: ldap.password" + more + " }\n";
    }

    private String counts() {
        return bench.out().getFirst();
    }

    private static List<String> lines(Path output) {
        try {
            return Files.readAllLines(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
