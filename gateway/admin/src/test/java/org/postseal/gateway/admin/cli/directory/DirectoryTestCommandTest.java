package org.postseal.gateway.admin.cli.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.AUTHORITY;
import static org.postseal.gateway.admin.cli.CommandBench.brief;
import static org.postseal.gateway.admin.cli.CommandBench.issue;
import static org.postseal.gateway.admin.cli.directory.MemoryDirectory.PASSWORD;
import static org.postseal.gateway.admin.cli.directory.ServerBench.steady;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests {@code postseal directory test}, with its exact output. */
final class DirectoryTestCommandTest {
    private static final IssuedCertificate BOB = issue("bob@example.com", 300);
    private static final IssuedCertificate OLD_BOB = issue("bob@example.com", -10);

    @TempDir
    private Path folder;

    @AutoClose
    private MemoryDirectory directory;

    @BeforeEach
    void start() throws Exception {
        directory = MemoryDirectory.start();
    }

    @Test
    void everyStepIsTold() {
        CommandBench bench = ServerBench.with(folder, directory.settings("corp"));

        assertThat(bench.run("directory", "test")).isZero();
        assertThat(steady(bench.out(), directory.port()))
                .containsExactly(
                        "SERVER STEP RESULT TIME WHAT IS SAID",
                        "corp ldap://127.0.0.1:PORT connect ok N ms",
                        "corp ldap://127.0.0.1:PORT TLS ok N ms not used: everything crosses the network in the clear",
                        "corp ldap://127.0.0.1:PORT bind ok N ms as cn=postseal,dc=example,dc=com",
                        "corp ldap://127.0.0.1:PORT root DSE ok N ms Ping Identity Corporation;"
                                + " a copy is kept up to date by full",
                        "corp ldap://127.0.0.1:PORT base ok N ms dc=example,dc=com");
        assertThat(bench.err()).isEmpty();
        assertThat(folder.resolve("directory.db")).as("nothing was made").doesNotExist();
    }

    @Test
    void theAddressIsLookedUpThere() throws Exception {
        directory.person("Bob", "bob@example.com", BOB.certificate(), OLD_BOB.certificate());
        CommandBench bench = ServerBench.with(folder, directory.settings("corp", ", sync: {}"));
        bench.pem("ca.pem", AUTHORITY.root(), AUTHORITY.issuer());
        bench.run("trust", "import", "partners", folder.resolve("ca.pem"));

        assertThat(bench.run("directory", "test", "corp", "--address", "bob@example.com"))
                .isZero();
        assertThat(steady(bench.out(), directory.port()).getLast())
                .isEqualTo("corp look up bob@example.com ok N ms 2 certificates; " + brief(BOB)
                        + " until 2027-03-28: usable; " + brief(OLD_BOB)
                        + " until 2026-05-22: expired on 2026-05-22T12:00:00Z");

        assertThat(bench.run("directory", "test", "corp", "--address", "nobody@example.com"))
                .isZero();
        assertThat(steady(bench.out(), directory.port()).getLast())
                .isEqualTo("corp look up nobody@example.com ok N ms 0 certificates");

        directory.person("Bob's twin", "bob@example.com");
        assertThat(bench.run("directory", "test", "corp", "--address", "bob@example.com"))
                .isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(bench.err())
                .containsExactly(
                        "error: corp: look up bob@example.com: ambiguous: several entries have the address: "
                                + "cn=Bob,dc=example,dc=com and cn=Bob's twin,dc=example,dc=com",
                        "hint: postseal cert explain bob@example.com says more");
    }

    @Test
    void aWrongPasswordIsToldAndNotShown() {
        CommandBench bench = ServerBench.with(folder, directory.settings("corp"));
        bench.write("ldap.password", PASSWORD + "X\n");

        assertThat(bench.run("directory", "test", "corp")).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(steady(bench.out(), directory.port()).subList(1, 4))
                .containsExactly(
                        "corp ldap://127.0.0.1:PORT connect ok N ms",
                        "corp ldap://127.0.0.1:PORT TLS ok N ms not used: everything crosses the network in the clear",
                        "corp ldap://127.0.0.1:PORT bind FAILED N ms refuses our credentials:"
                                + " ldap://127.0.0.1:PORT (49 invalid credentials)");
        assertThat(bench.out()).hasSize(4);
        assertThat(steady(bench.err(), directory.port()))
                .containsExactly(
                        "error: corp ldap://127.0.0.1:PORT: bind: refuses our credentials:"
                                + " ldap://127.0.0.1:PORT (49 invalid credentials)",
                        "hint: look at directory.ldap.corp.bindDn and the file passwordFile:"
                                + " all of it but the last line end is the password");
        assertThat(bench.out().toString() + bench.err()).doesNotContain(PASSWORD);
    }

    @Test
    void aCertificateThatIsNotTrustedIsTold() throws Exception {
        try (MemoryDirectory tls = MemoryDirectory.startTls(BOB)) {
            CommandBench bench = ServerBench.with(folder, tls.settings("corp").replace("ldap://", "ldaps://"));

            assertThat(bench.run("directory", "test")).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(steady(bench.err(), tls.port()))
                    .containsExactly(
                            "error: corp ldaps://127.0.0.1:PORT: TLS: shows a certificate that is not trusted"
                                    + " or is another's: ldaps://127.0.0.1:PORT (91 connect error)",
                            "hint: let directory.ldap.corp.trust name the authority that issued it,"
                                    + " and directory.ldap.corp.urls a name that it is issued for");
        }
    }

    @Test
    void everyServerOfANameIsTriedAndEveryFailureTold() throws Exception {
        MemoryDirectory down = MemoryDirectory.start();
        int closed = down.port();
        down.close();
        CommandBench bench = ServerBench.with(
                folder,
                directory
                        .settings("corp")
                        .replace("urls: ", "urls: [\"ldap://127.0.0.1:" + closed + "\", ")
                        .replace(", base", "], base"),
                directory.settings("lab").replace("dc=example,dc=com\", bindDn", "dc=nowhere\", bindDn"));

        assertThat(bench.run("directory", "test")).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(steady(bench.out(), directory.port(), closed))
                .filteredOn(line -> line.contains("FAILED"))
                .containsExactly(
                        "corp ldap://127.0.0.1:PORT connect FAILED N ms cannot be reached:"
                                + " ldap://127.0.0.1:PORT (91 connect error)",
                        "lab ldap://127.0.0.1:PORT base FAILED N ms has no such base entry:"
                                + " ldap://127.0.0.1:PORT dc=nowhere");
        assertThat(steady(bench.err(), directory.port(), closed))
                .containsExactly(
                        "error: corp ldap://127.0.0.1:PORT: connect:"
                                + " cannot be reached: ldap://127.0.0.1:PORT (91 connect error)",
                        "hint: is the server running, are host and port of directory.ldap.corp.urls right,"
                                + " does a firewall let them through?",
                        "error: lab ldap://127.0.0.1:PORT: base:"
                                + " has no such base entry: ldap://127.0.0.1:PORT dc=nowhere",
                        "hint: let directory.ldap.lab.base name an entry that is there and that the account may read");
    }

    @Test
    void scriptsGetJson() {
        CommandBench bench = ServerBench.with(
                folder, directory.settings("corp").replace("dc=example,dc=com\", bindDn", "dc=nowhere\", bindDn"));

        assertThat(bench.run("directory", "test", "--json")).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(String.join("\n", steady(bench.out(), directory.port()))).isEqualTo("""
            [
              {
                "server": "corp",
                "url": "ldap://127.0.0.1:PORT",
                "ok": false,
                "steps": [
                  {
                    "step": "connect",
                    "ok": true,
                    "milliseconds": N,
                    "text": ""
                  },
                  {
                    "step": "TLS",
                    "ok": true,
                    "milliseconds": N,
                    "text": "not used: everything crosses the network in the clear"
                  },
                  {
                    "step": "bind",
                    "ok": true,
                    "milliseconds": N,
                    "text": "as cn=postseal,dc=example,dc=com"
                  },
                  {
                    "step": "root DSE",
                    "ok": true,
                    "milliseconds": N,
                    "text": "Ping Identity Corporation; a copy is kept up to date by full"
                  },
                  {
                    "step": "base",
                    "ok": false,
                    "milliseconds": N,
                    "text": "has no such base entry: ldap://127.0.0.1:PORT dc=nowhere"
                  }
                ]
              }
            ]\
            """);
    }

    @Test
    void nameServersThatDoNotAnswerAreTold() throws Exception {
        MemoryDirectory down = MemoryDirectory.start();
        int closed = down.port();
        down.close();
        CommandBench bench = new CommandBench(folder);
        bench.configure("directory: { smimea: { resolvers: \"127.0.0.1:" + closed + "\", timeLimit: 1s } }\n");

        assertThat(bench.run("directory", "test", "smimea")).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(bench.err())
                .hasSize(2)
                .satisfies(lines -> assertThat(lines.getFirst()).startsWith("error: smimea: look up nobody@arpa: "))
                .endsWith("hint: do the name servers directory.smimea.resolvers answer, and pass DNSSEC's records on?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "test crop|there is no 'crop' here (nearest: corp)|"
                        + "names are those below directory.ldap in the configuration",
                "test --address nonsense|Invalid value for option '--address': 'nonsense' is not a mail address|"
                        + "postseal help directory test",
                "sync --once corp|there is no 'corp' here (nearest: copy)|"
                        + "names are those below directory.ldap in the configuration",
                "sync|give one of --once and --follow|postseal help directory sync",
                "sync --once --follow|give one of --once and --follow|postseal help directory sync",
                "sync --follow --full|--full and --force need --once|postseal help directory sync",
                "publish alice@example.com|there are several directory servers: corp, copy|name one with --server",
                "publish alice@example.com --server corb|there is no 'corb' here (nearest: corp)|"
                        + "names are those below directory.ldap in the configuration",
                "publish alice@example.com --bind-dn cn=a|"
                        + "--bind-dn and --password-file need each other|postseal help directory publish",
                "publish|give addresses, or --all|postseal help directory publish",
            })
    void wrongInputIsTold(String command, String error, String hint) {
        CommandBench bench =
                ServerBench.with(folder, directory.settings("corp"), directory.settings("copy", ", sync: {}"));

        assertThat(bench.run((Object[]) ("directory " + command).split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(bench.err()).containsExactly("error: " + error, "hint: " + hint);
        assertThat(bench.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "test|no directory server is configured|"
                        + "directory.ldap in the configuration names them; see docs/config-certificates.md",
                "sync --once|no directory server is copied|add below the server in the configuration:  sync: {}",
                "publish alice@example.com|no directory server is configured|"
                        + "directory.ldap in the configuration names them; see docs/config-certificates.md",
            })
    void withoutServersNothingCanBeDone(String command, String error, String hint) {
        CommandBench bench = new CommandBench(folder);

        assertThat(bench.run((Object[]) ("directory " + command).split(" "))).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err()).isEqualTo(List.of("error: " + error, "hint: " + hint));
    }
}
