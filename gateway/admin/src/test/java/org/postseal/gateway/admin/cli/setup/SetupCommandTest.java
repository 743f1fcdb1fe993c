package org.postseal.gateway.admin.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.admin.cli.setup.NewMachine.Done;
import org.postseal.gateway.admin.cli.setup.NewMachine.Killed;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.TestTls;

/** Sets up a gateway beside a Postfix that needs no change; {@code SetupIT} has a real one. */
final class SetupCommandTest {
    private static final String[] ANSWERS = {"--country", "DE", "--user", "alice@example.com"};

    private final Path folder;
    private final NewMachine machine;

    SetupCommandTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.machine = new NewMachine(folder);
    }

    @Test
    void aGatewayIsMadeAtOnceAndOnlyOnce() throws IOException {
        Done made = machine.setUp(ANSWERS);

        assertThat(made.exitCode()).as("%s", made).isZero();
        assertThat(made.err()).isEmpty();
        assertThat(machine.command("check").out().getFirst()).startsWith("ok: ");
        assertThat(machine.command("policy", "test", machine.file("").toString())
                        .out())
                .containsExactly(machine.file("policy.test.yaml") + ": 5 cases passed");
        assertThat(machine.command("key", "list").out()).anyMatch(line -> line.contains("alice@example.com"));
        assertThat(machine.command("cert", "explain", "alice@example.com").exitCode())
                .isZero();
        Map<String, String> before = machine.files();

        Done again = machine.setUp(ANSWERS);
        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).contains("everything is there: nothing has been changed");
        assertThat(again.out()).noneMatch(line -> line.startsWith("  to make"));
        assertThat(machine.files()).isEqualTo(before);

        // A new user is all that is added
        assertThat(machine.setUp("--country", "DE", "--user", "bob@example.com").exitCode())
                .isZero();
        assertThat(machine.files().get("ca/root.pem")).isEqualTo(before.get("ca/root.pem"));
        assertThat(machine.command("key", "list").out()).anyMatch(line -> line.contains("bob@example.com"));
    }

    /** Each run makes one step and is killed, until nothing is left to make. */
    @Test
    void whatIsKilledAfterAnyStepGoesOnThere() throws IOException {
        NewMachine atOnce = new NewMachine(folder.resolve("other"));
        assertThat(atOnce.setUp(ANSWERS).exitCode()).isZero();

        Map<String, String> before = machine.files();
        machine.killed(true);
        int kills = 0;
        while (isKilled()) {
            kills++;
            Map<String, String> now = machine.files();
            for (String secret : List.of("master.key", "root.pass", "issuing.pass", "ca/root.pem", "ca/root.key")) {
                if (before.containsKey(secret)) {
                    assertThat(now.get(secret)).as(secret).isEqualTo(before.get(secret));
                }
            }
            before = now;
        }

        assertThat(kills).isGreaterThanOrEqualTo(9);
        assertThat(names(machine)).isEqualTo(names(atOnce));
        assertThat(machine.command("check").exitCode()).isZero();
        assertThat(machine.command("key", "list").out().getLast()).isEqualTo("1 key");
    }

    /** Returns the names of all files; certificates that were issued have random ones. */
    private static List<String> names(NewMachine machine) throws IOException {
        return machine.files().keySet().stream()
                .map(name -> name.replaceAll("issued/.*", "issued"))
                .toList();
    }

    private boolean isKilled() {
        try {
            assertThat(machine.setUp(ANSWERS).out()).contains("everything is there: nothing has been changed");
            return false;
        } catch (Killed asPlanned) {
            return true;
        }
    }

    /** A command may be killed between its key and the end of its transaction, and the key then belongs to nobody. */
    @Test
    void aMasterKeyThatIsThereStays() throws IOException {
        assertThat(machine.setUp("--authority", "later").exitCode()).isZero();
        byte[] key = Files.readAllBytes(machine.file("master.key"));
        Files.delete(machine.file("postseal.db"));

        assertThat(machine.setUp(ANSWERS).exitCode()).isZero();
        assertThat(Files.readAllBytes(machine.file("master.key"))).isEqualTo(key);
    }

    @Test
    void allProblemsAreToldAtOnceAndNothingIsWritten() throws IOException {
        machine.takes(10024);
        machine.readsOnly(machine.file(""));

        Done refused = machine.setUp(
                "--domain",
                "example.com",
                "--domain",
                "exa mple",
                "--user",
                "bob@elsewhere.example",
                "--user",
                "bob",
                "--country",
                "Germany",
                "--port",
                "inbond=5");

        assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err().stream().filter(line -> line.startsWith("error: ")))
                .containsExactly(
                        "error: there is no port inbond (nearest: inbound)",
                        "error: exa mple is not a domain",
                        "error: bob is not a mail address",
                        "error: bob@elsewhere.example is in none of the domains example.com",
                        "error: the country must be two capital letters, DE for instance",
                        "error: " + machine.file("") + " cannot be written",
                        "error: port 10024 (submission) is in use",
                        "error: 7 problems, see above; nothing has been written");
        assertThat(machine.files()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        main | content_filter = gateway:[127.0.0.1]:10025 | content_filter = scan:[127.0.0.1]:10030 | \
            main.cf: content_filter leads to scan:[127.0.0.1]:10030, and there can be one filter
        main | smtpd_proxy_filter = | smtpd_proxy_filter = 127.0.0.1:10040 | \
            main.cf: smtpd_proxy_filter leads to 127.0.0.1:10040, and there can be one filter
        main | mydestination = example.com | mydestination = localhost | \
            Postfix takes no mail for example.com: none of mydestination, virtual_mailbox_domains,\
         virtual_alias_domains, relay_domains names it
        services | lmtp | pipe | master.cf has a service gateway/unix already, which is another one
        services | 127.0.0.1:10028 | 10028 | master.cf has a service 10028/inet already, which is another one
        overrides | reject\\n127.0.0.1:10026/inet/content_filter = | \
            reject\\n127.0.0.1:10026/inet/content_filter = gateway:[127.0.0.1]:10025 | \
            master.cf has a service 127.0.0.1:10026/inet already, which is another one
        """)
    void anUnusualPostfixIsToldBeforeAnythingIsWritten(String file, String line, String other, String said)
            throws IOException {
        machine.says(file, line.replace("\\n", "\n"), other.replace("\\n", "\n"));

        Done refused = machine.setUp("--domain", "example.com", "--authority", "later");

        assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIG);
        assertThat(refused.err()).contains("error: Postfix: " + said);
        assertThat(machine.files()).isEmpty();
    }

    @Test
    void anAliasThatRunsAProgramIsTold() throws IOException {
        Path aliases = Files.writeString(folder.resolve("aliases"), "postmaster: root\n# a: |x\nbot: \"|/bin/bot\"\n");
        machine.says("main", "alias_maps =", "alias_maps = hash:" + aliases);

        assertThat(machine.setUp("--authority", "later").err())
                .contains(
                        "error: Postfix: alias_maps has hash:" + aliases + ", and there is no " + aliases + ".db",
                        "error: Postfix: " + aliases + ", line 3, leads to a program, a file or a list of its own, and"
                                + " virtual_alias_maps has addresses only");
    }

    @Test
    void withoutPostfixNothingIsWritten() throws IOException {
        machine.withoutPostfix();

        Done refused = machine.setUp(ANSWERS);

        assertThat(refused.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(refused.err().getFirst()).startsWith("error: there is no postconf here");
        assertThat(refused.err().getLast()).contains("--next-hop or --exchange-online");
        assertThat(machine.files()).isEmpty();
    }

    @Test
    void aFileOfThePackageIsReplacedAndKept() throws IOException {
        for (String name : List.of("postseal.yaml", "policy.yaml", "policy.test.yaml")) {
            Files.writeString(machine.file(name), SetupFile.brought(name));
        }

        assertThat(machine.setUp("--authority", "later").exitCode()).isZero();

        assertThat(Files.readString(machine.file("policy.yaml"))).contains("\ninternal: [example.com]\n");
        assertThat(Files.readString(machine.file("policy.yaml.before-setup")))
                .isEqualTo(SetupFile.brought("policy.yaml"));
    }

    @Test
    void aFileThatSomebodyHasWrittenStaysAndIsJudged() throws IOException {
        String policy = "version: 1\ninternal: [example.org]\nrules:\n"
                + "  - { id: rest, when: always, then: mailboxPolicy }\n";
        String config = """
            listeners: [{ protocol: lmtp, address: "127.0.0.1:10024", role: submission }]
            nextHop: "127.0.0.1:10026"
            store: { directory: store }
            """;
        Files.createDirectories(machine.file("store/trust"));
        Files.writeString(machine.file("policy.yaml"), policy);
        Files.writeString(machine.file("postseal.yaml"), config);

        Done refused = machine.setUp("--domain", "example.com", "--country", "DE");
        assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIG);
        assertThat(refused.err().stream().filter(line -> line.startsWith("error: ")))
                .containsExactly(
                        "error: " + machine.file("postseal.yaml") + " has been changed, and stays as it is: directory"
                                + " needs database: " + machine.file("postseal.db") + " and masterKey: "
                                + machine.file("master.key") + "; trust.collections needs own; it needs a listener with"
                                + " role: submission, one with role: inbound, and a nextHop here",
                        "error: " + machine.file("policy.yaml") + " has been changed, and stays as it is: internal"
                                + " lacks example.com",
                        "error: 2 problems, see above; nothing has been written");

        String served = config.replace("[{", "[{ protocol: lmtp, address: \"127.0.0.1:10025\", role: inbound }, {")
                + "directory: { database: postseal.db, masterKey: master.key }\ntrust: { collections: [own] }\n";
        Files.writeString(machine.file("postseal.yaml"), served);
        Files.writeString(machine.file("policy.yaml"), policy.replace("example.org", "example.org, example.com"));
        Done made = machine.setUp("--domain", "example.com", "--country", "DE", "--user", "alice@example.com");
        assertThat(made.exitCode()).as("%s", made).isZero();
        assertThat(Files.readString(machine.file("postseal.yaml"))).isEqualTo(served);
        assertThat(machine.command("key", "list").out().getLast()).isEqualTo("1 key");
    }

    @Test
    void keysInTheDatabaseWithoutTheirMasterKeyAreTold() throws IOException {
        assertThat(machine.setUp(ANSWERS).exitCode()).isZero();
        Files.delete(machine.file("master.key"));

        Done refused = machine.setUp(ANSWERS);
        assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIG);
        assertThat(refused.err())
                .contains("error: the database holds private keys, and there is no master key "
                        + machine.file("master.key"));
        assertThat(machine.file("master.key")).doesNotExist();
    }

    @Test
    void keysOfAnotherAuthorityAreImportedOnce() throws IOException {
        NewMachine other = new NewMachine(folder.resolve("other"));
        assertThat(other.setUp(ANSWERS).exitCode()).isZero();
        Path key = folder.resolve("alice.p12");
        Path password = Files.writeString(folder.resolve("alice.p12.password"), "correct horse battery\n");
        assertThat(other.command(
                                "key",
                                "export",
                                "alice@example.com",
                                "-o",
                                key.toString(),
                                "--password-file",
                                password.toString())
                        .exitCode())
                .isZero();
        String[] words = Stream.of(
                        "--authority=other",
                        "--keys=" + key,
                        "--trust=" + other.file("ca/root.pem"),
                        "--trust=" + other.file("ca/issuing.pem"))
                .toArray(String[]::new);

        Done made = machine.setUp(words);
        assertThat(made.exitCode()).as("%s", made).isZero();
        assertThat(machine.command("key", "list").out().getLast()).isEqualTo("1 key");
        assertThat(machine.file("ca")).doesNotExist();
        assertThat(machine.setUp(words).out()).contains("everything is there: nothing has been changed");
    }

    @Test
    void whatIsNotGivenIsAsked() throws IOException {
        assertThat(machine.run().err()).contains("error: there is no terminal to ask on");
        machine.types("\nnonsense\n");
        Done refused = machine.run("--postfix", folder.resolve("postfix").toString());
        assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).contains("error: the authority must be own, other or later, not 'nonsense'");

        machine.types("\nown\ncarol@example.com\nExample AG\nde\nno\n");
        Done stopped = machine.run("--postfix", folder.resolve("postfix").toString());
        assertThat(stopped.out()).anyMatch(line -> line.contains("Your mail domains [example.com]: "));
        assertThat(stopped.exitCode()).isZero();
        assertThat(stopped.out().getLast()).endsWith("nothing has been written");
        assertThat(machine.files()).isEmpty();

        machine.types("\nown\n");
        Done ended = machine.run("--postfix", folder.resolve("postfix").toString());
        assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err()).containsExactly("error: the input has ended, and nothing has been written");
        assertThat(machine.files()).isEmpty();

        machine.types("\nlater\n\n");
        assertThat(machine.run("--postfix", folder.resolve("postfix").toString())
                        .exitCode())
                .isZero();
        assertThat(Files.readString(machine.file("policy.yaml"))).contains("internal: [example.com]");
    }

    @Test
    void anAddressThatLooksLikeAnOptionIsAnAddress() {
        Done made = machine.setUp("--country", "DE", "--user=--force@example.com", "--user=-v@example.com");

        assertThat(made.exitCode()).as("%s", made).isZero();
        assertThat(machine.command("key", "list").out())
                .anyMatch(line -> line.contains("--force@example.com"))
                .anyMatch(line -> line.contains("-v@example.com"));
    }

    @Test
    void twoSetupsDoNotWriteAtOnce() {
        SetupTurn.hold(SetupPlaces.of(machine.file("postseal.yaml")), () -> {
            Done refused = machine.setUp("--authority", "later");
            assertThat(refused.exitCode()).isEqualTo(ExitCode.TRY_AGAIN);
            assertThat(refused.err()).contains("error: another setup is at work");
            assertThat(machine.file("policy.yaml")).doesNotExist();
        });
        assertThat(machine.setUp("--authority", "later").exitCode()).isZero();
    }

    /** A process that is killed while it writes leaves half of a file, under another name. */
    @Test
    void halfOfAFileIsNotTakenForTheFile() throws IOException {
        for (String name : List.of(".policy.yaml.4711-1", ".postseal.yaml.4711-2", ".master.key.4711-3")) {
            Files.writeString(machine.file(name), "version");
        }

        assertThat(machine.setUp(ANSWERS).exitCode()).isZero();
        assertThat(machine.command("check").out().getFirst()).startsWith("ok: ");
        assertThat(machine.setUp(ANSWERS).out()).contains("everything is there: nothing has been changed");
    }

    @Test
    void anUndoThatIsKilledBeforePostfixReadsItsFilesGoesOnThere() throws IOException {
        machine.hasChangedPostfix("# before\n");
        machine.killedAt("reload");
        assertThatThrownBy(() -> machine.run("--undo")).isInstanceOf(Killed.class);
        assertThat(machine.mainFile()).isEqualTo("# before\n");
        machine.killedAt("");
        machine.ran.clear();

        Done undone = machine.run("--undo");
        assertThat(undone.out()).contains("Postfix has the settings again that it had before setup");
        assertThat(machine.ran).hasSize(2).last().asString().endsWith("postfix reload");
        machine.ran.clear();
        assertThat(machine.run("--undo").out()).contains("setup has changed no Postfix");
        assertThat(machine.ran).isEmpty();
    }

    @Test
    void thePortsOfAnEarlierSetupAreKept() throws IOException {
        machine.says("main", "[127.0.0.1]:10025", "[127.0.0.1]:20025");
        for (String port : List.of("10026", "10028")) {
            machine.says("services", port, "2" + port.substring(1));
            machine.says("overrides", port, "2" + port.substring(1));
        }
        machine.says("overrides", "10024", "20024");
        machine.says("services", "submission inet", "2587 inet");
        machine.says("overrides", "submission/", "2587/");
        String[] ports = {
            "--authority=later",
            "--port=submission=20024",
            "--port=inbound=20025",
            "--port=back=20026",
            "--port=sent-on=20028",
            "--port=users=2587",
            "--port=metrics=29725",
            "--port=console=29726"
        };
        Done made = machine.setUp(ports);
        assertThat(made.exitCode()).as("%s", made).isZero();

        Done again = machine.setUp("--authority=later");
        assertThat(again.out()).contains("everything is there: nothing has been changed");
        assertThat(again.err()).isEmpty();
    }

    @Test
    void aRelayNeedsNoPostfix() throws Exception {
        machine.withoutPostfix();
        String[] words = {
            "--yes", "--next-hop=mail.example.net", "--peer=192.0.2.10", "--domain=example.com", "--country=DE"
        };
        assertThat(machine.run(words).err())
                .contains(
                        "error: there is no " + machine.file("gateway.pem"),
                        "error: there is no " + machine.file("gateway.key"));
        assertThat(machine.files()).isEmpty();
        assertThat(machine.run("--yes", "--next-hop=a b", "--peer=x", "--authority=later")
                        .err())
                .contains("error: a b is no host", "error: x is neither an IP address nor a network");
        TestTls.write(machine.file(""), "gateway", "gw.example.com");

        Done made = machine.run(words);
        assertThat(made.exitCode()).as("%s", made).isZero();
        assertThat(made.out())
                .contains("- let the server of your users send to port 2524, and what takes mail from outside to port"
                        + " 2525: docs/howto-relay.md");
        assertThat(Files.readString(machine.file("postseal.yaml")))
                .contains("\nnextHop: { address: \"mail.example.net:25\", tls: verify }\n")
                .contains("\ntrustedPeers: [\"127.0.0.1\", \"::1\", \"192.0.2.10\"]")
                .doesNotContain("10024", "10026");
        assertThat(machine.command("check").out().getFirst()).startsWith("ok: ");
        assertThat(machine.run(words).out()).contains("everything is there: nothing has been changed");
        assertThat(machine.run("--undo").out()).contains("setup has changed no Postfix");
    }

    @Test
    void withoutPostfixTheNextHopIsAsked() throws Exception {
        machine.withoutPostfix();
        TestTls.write(machine.file(""), "gateway", "gw.example.com");
        machine.types("mail.example.net:2526\nexample.com\nlater\n192.0.2.10\n\n");

        Done made = machine.run();
        assertThat(made.exitCode()).as("%s", made).isZero();
        assertThat(Files.readString(machine.file("postseal.yaml")))
                .contains("\nnextHop: { address: \"mail.example.net:2526\", tls: verify }\n")
                .contains("\ntrustedPeers: [\"127.0.0.1\", \"::1\", \"192.0.2.10\"]");

        machine.types("\n");
        Done refused = machine.run();
        assertThat(refused.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(refused.err().getLast()).contains("--next-hop or --exchange-online");
    }

    @Test
    void exchangeOnlineGetsTheGatewaysSideAndKnowsItsSecrets() throws Exception {
        machine.withoutPostfix();
        TestTls.write(machine.file(""), "gateway", "gw.example.com");
        String host = "example-com.mail.protection.outlook.com";
        String[] words = {"--yes", "--exchange-online=" + host, "--domain=example.com", "--authority=later"};
        String command = "postseal exchange online --mail-host " + host + " --without-policy --out exchange -c "
                + machine.file("postseal.yaml");

        Done made = machine.run(words);
        assertThat(made.exitCode()).as("%s", made).isZero();
        assertThat(made.out())
                .contains("- write the tenant's scripts: " + command + "; docs/howto-exchange.md says more");
        assertThat(machine.command("check").out().getFirst()).startsWith("ok: ");
        Map<String, String> before = machine.files();
        assertThat(machine.run(words).out()).contains("everything is there: nothing has been changed");
        assertThat(machine.files()).isEqualTo(before);

        Path scripts = folder.resolve("exchange");
        Done written = machine.command(
                "exchange",
                "online",
                "--gateway=gw.example.com",
                "--mail-host=" + host,
                "--without-policy",
                "--out=" + scripts);
        assertThat(written.exitCode()).as("%s", written).isZero();
        for (String token : List.of("submission.token", "inbound.token", "done.token")) {
            assertThat(scripts.resolve(token)).hasSameTextualContentAs(machine.file(token));
            assertThat(Files.readString(scripts.resolve("rules.ps1")))
                    .contains(Files.readString(machine.file(token)).strip());
        }
        assertThat(machine.run("--yes", "--exchange-online=" + host, "--postfix=/etc/postfix")
                        .exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(machine.run("--yes", "--exchange-online=nonsense").err()).contains("error: no host name: nonsense");
    }

    @Test
    void usersGetNoPortOfStrangers() {
        assertThat(machine.setUp("--authority", "later", "--port", "users=25").err())
                .contains("error: port 25 (users) is the one for strangers");
    }

    @Test
    void aPlanAloneWritesNothing() throws IOException {
        Done planned = machine.setUp("--country", "DE", "--dry-run");

        assertThat(planned.exitCode()).isZero();
        assertThat(planned.out().getLast()).endsWith("to make (dry run, nothing changed)");
        assertThat(machine.files()).isEmpty();
    }

    @Test
    void aFailedStepIsTold() {
        assertThatThrownBy(() -> new SetupFile(folder.resolve("none/x"), "", "y").write())
                .hasMessageContaining("none/x cannot be written");
    }
}
