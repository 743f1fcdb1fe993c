package org.postseal.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.ca.CertificateAuthority;
import org.postseal.certstore.ca.IssuedCertificate;
import org.postseal.certstore.ca.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.Peer;

final class CommandsTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FakeAssembly assembly = new FakeAssembly();

    @BeforeEach
    void files() throws IOException {
        CertificateAuthority.create("Test", Instant.EPOCH, Instant.EPOCH.plus(Duration.ofDays(36500)))
                .writeStore(Files.createDirectory(folder.resolve("store")), List.of(), List.of());
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                rules:
                  - { id: refuse, when: { recipientDomain: [refused.example] }, then: reject }
                  - { id: later, when: { recipientDomain: [later.example] }, then: defer }
                  - { id: rest, when: always, then: mailboxPolicy }
                """);
        Files.writeString(folder.resolve("postseal.yaml"), """
                hostName: gw.ours.example
                listeners:
                  - { protocol: lmtp, address: "127.0.0.1:0" }
                nextHop: "127.0.0.1:10026"
                """);
    }

    @Test
    void checkSaysOk() {
        assertThat(run("", "check", "-c", config())).isZero();
        assertThat(err()).isEmpty();
        assertThat(out()).startsWith("ok: " + config() + ", policy " + folder.resolve("policy.yaml"));
        assertThat(out().lines().filter(CommandsTest::isProvider).flatMap(CommandsTest::operations))
                .contains("SHA-256", "SHA256withRSA", "ML-DSA", "AES/GCM/NoPadding", "ML-KEM")
                .doesNotHaveDuplicates();
    }

    /** A start would take them, and peers or signatures would not. */
    @Test
    void checkNamesCertificatesThatExpire() throws IOException {
        Instant now = Instant.now();
        Instant soon = now.plus(Duration.ofDays(20)).truncatedTo(ChronoUnit.SECONDS);
        Instant past = now.minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS);
        CertificateAuthority authority =
                CertificateAuthority.create("Test", Instant.EPOCH, now.plus(Duration.ofDays(3650)));
        IssuedCertificate alice = authority.issue(
                MailAddress.of("alice@ours.example"), KeyAlgorithm.P256, Profile.DUAL, Instant.EPOCH, soon);
        authority.writeStore(folder.resolve("store"), List.of(alice), List.of());
        IssuedCertificate gateway = authority.issue(
                MailAddress.of("gw@ours.example"), KeyAlgorithm.P256, Profile.DUAL, Instant.EPOCH, past);
        Path file = Files.writeString(folder.resolve("gw.pem"), gateway.certificatePem());
        Files.writeString(folder.resolve("gw.key"), gateway.privateKeyPem());
        Files.writeString(folder.resolve("postseal.yaml"), """
                hostName: gw.ours.example
                listeners:
                  - { protocol: smtp, address: "127.0.0.1:0", tls: { certificate: gw.pem, key: gw.key } }
                nextHop: "127.0.0.1:10026"
                """);

        assertThat(run("", "check", "-c", config())).isZero();
        assertThat(err().lines())
                .containsExactly(
                        "warning: " + file + ", shown by a listener in TLS, expired on " + past,
                        "warning: the certificate of a private key expires on " + soon + ", SHA-256 "
                                + alice.certificate().id().hex());
        assertThat(out()).startsWith("ok: ");
    }

    @Test
    void checkSaysWhatIsDecidedInShadowAndThatNothingIsEnforced() throws IOException {
        rollOut("policy: { shadow: next.yaml, reload: onSignal }\nmode: observe\n");
        Files.copy(folder.resolve("policy.yaml"), folder.resolve("next.yaml"));

        assertThat(run("", "check", "-c", config())).isZero();
        assertThat(err()).isEqualTo(config() + ":6: mode: warning: " + OBSERVED + "\n");
        String sha256 = sha256("next.yaml");
        assertThat(out().lines().filter(line -> !isProvider(line)))
                .containsExactly(
                        "ok: " + config() + ", policy " + folder.resolve("policy.yaml") + " (SHA-256 " + sha256
                                + "), store " + folder.resolve("store"),
                        "journal: " + folder.resolve("journal.db") + ", there is none yet",
                        "shadow: " + folder.resolve("next.yaml") + ", decided and recorded, never enforced (SHA-256 "
                                + sha256 + ")",
                        "reload: at SIGHUP only",
                        "mode: observe, THE POLICY IS NOT ENFORCED");
    }

    @Test
    void aBrokenShadowPolicyIsAWarning() throws IOException {
        rollOut("policy: { shadow: next.yaml }\n");
        Path next = Files.writeString(folder.resolve("next.yaml"), """
                version: 1
                internal: [ours.example]
                quarantin: a@ours.example
                rules:
                  - { id: rest, when: always, then: mailboxPolcy }
                """);

        assertThat(run("", "check", "-c", config())).isZero();
        assertThat(err().lines())
                .containsExactly(
                        next + ":3: quarantin: warning: unknown key (nearest: quarantine)",
                        next + ":5: rules[0].then: warning: unknown value 'mailboxPolcy' (nearest: mailboxPolicy)",
                        config() + ":5: policy.shadow: warning: " + next
                                + " cannot be used: nothing is decided in shadow");
        assertThat(out().lines().skip(1).filter(line -> !isProvider(line)))
                .containsExactly(
                        "journal: " + folder.resolve("journal.db") + ", there is none yet",
                        "shadow: " + next + ", cannot be used, nothing is decided in shadow");
    }

    @Test
    void aShadowPolicyThatIsNotThereIsAWarning() throws IOException {
        rollOut("policy: { shadow: next.yaml }\n");
        Path next = folder.resolve("next.yaml");

        assertThat(run("", "check", "-c", config())).isZero();
        assertThat(err().lines())
                .containsExactly(
                        next + ":0: warning: no such file",
                        config() + ":5: policy.shadow: warning: " + next
                                + " cannot be used: nothing is decided in shadow");
    }

    @Test
    void checkSaysThatTheTextOfThePolicyCannotBeKept() throws IOException {
        Path evidence = Files.writeString(folder.resolve("audit-evidence"), "where the folder should be");
        assertThat(run("", "check", "-c", config())).isEqualTo(ExitCode.CONFIG);
        assertThat(err().lines())
                .containsExactly(
                        "error: audit.file: the text of the policy cannot be kept beside the log: " + evidence
                                + " is no folder",
                        "hint: it belongs to the user that the gateway runs as");
    }

    private void rollOut(String lines) throws IOException {
        Files.writeString(folder.resolve("postseal.yaml"), Files.readString(folder.resolve("postseal.yaml")) + lines);
    }

    private String sha256(String file) throws IOException {
        try {
            return java.util.HexFormat.of()
                    .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                            .digest(Files.readAllBytes(folder.resolve(file))));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static final String OBSERVED =
            "every message is relayed as it came: nothing is signed, encrypted, opened or refused by the policy";

    @Test
    void checkTellsTheProblemsOfConfigurationPolicyAndStoreTogether() throws IOException {
        Files.writeString(folder.resolve("postseal.yaml"), """
                listeners:
                  - { protocol: lmtp, address: "127.0.0.1:0", rle: both }
                nextHop: "127.0.0.1:10026"
                policy: policy.yaml
                store: { directory: store }
                """);
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                rules:
                  - { id: rest, wen: always, when: always, then: mailboxPolicy }
                """);
        Files.writeString(folder.resolve("store/broken.pem"), "nothing");

        assertThat(run("", "check", "-c", config())).isEqualTo(ExitCode.CONFIG);
        List<String> lines = err().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).isEqualTo(config() + ":2: listeners[0].rle: unknown key (nearest: role)");
        assertThat(lines.get(1))
                .isEqualTo(folder.resolve("policy.yaml") + ":4: rules[0].wen: unknown key (nearest: when)");
        assertThat(lines.get(2))
                .startsWith(config() + ":5: store.directory: " + folder.resolve("store/broken.pem") + ": ");
        assertThat(lines.get(3)).isEqualTo("error: 3 problems in the configuration, see above");
        assertThat(out()).isEmpty();
    }

    @Test
    void checkTellsOfAGroupWhoseServerIsNotConfigured() throws IOException {
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                groups: { far: { ldap: far@ours.example, server: corp } }
                rules:
                  - { id: rest, when: always, then: mailboxPolicy }
                """);

        assertThat(run("", "check", "-c", config())).isEqualTo(ExitCode.CONFIG);
        assertThat(err().lines().toList())
                .containsExactly(
                        folder.resolve("policy.yaml") + ":3: groups.far: warning: is named nowhere",
                        folder.resolve("policy.yaml")
                                + ":3: groups.far.server: directory.ldap of the configuration has no corp",
                        "error: 1 problem in the configuration, see above");
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "run", "filter --from a@ours.example --to b@there.example"})
    void everyCommandRefusesABrokenConfiguration(String command) throws IOException {
        Files.delete(folder.resolve("policy.yaml"));

        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("-c", config()));
        assertThat(run("", arguments.toArray(String[]::new))).isEqualTo(ExitCode.CONFIG);
        assertThat(err().lines().toList())
                .containsExactly(
                        config() + ":1: policy: not given, and the default " + folder.resolve("policy.yaml")
                                + " does not exist",
                        "error: 1 problem in the configuration, see above");
    }

    @ParameterizedTest
    @CsvSource({
        "'', no command given, postseal help",
        "chek, Unmatched argument at index 0: 'chek' (nearest: check), postseal help",
        "client pkcs21, Unmatched argument at index 1: 'pkcs21' (nearest: pkcs12), postseal help client",
        "check --confgi=x, Unknown option: '--confgi=x' (nearest: --config), postseal help check",
        "filter --to b@there.example, Missing required option: '--from=ADDRESS', postseal help filter",
        "filter --from a@ours.example, Missing required option: '--to=ADDRESS', postseal help filter",
        "check --wrong, Unknown option: '--wrong', postseal help check"
    })
    void wrongUsageIsToldWithAHint(String command, String error, String hint) {
        String[] arguments = command.isEmpty() ? new String[0] : command.split(" ");

        assertThat(run("", arguments)).isEqualTo(ExitCode.USAGE);
        assertThat(err().lines().toList()).containsExactly("error: " + error, "hint: " + hint);
        assertThat(out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"version", "help", "help run", "help check", "help filter", "help demo", "help policy diff"})
    void everyCommandCanBeAskedAboutAndTakesTheConfiguration(String command) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("-c", config()));

        assertThat(run("", arguments.toArray(String[]::new))).isZero();
        assertThat(out()).isNotEmpty();
        assertThat(err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "check", "policy", "policy diff", "cert import"})
    void theOptionHelpSaysWhatTheCommandHelpSays(String command) {
        assertThat(run("", ("help " + command).split(" "))).isZero();
        String said = out();

        assertThat(run("", (command + " --help").strip().split(" "))).isZero();
        assertThat(out()).isEqualTo(said + said);
        assertThat(err()).isEmpty();
    }

    @Test
    void filterPrintsTheOnlyUnitAsItWouldLeave() {
        assertThat(filter("Subject: x\n\nbody\n.\nlast", "--to", "b@there.example"))
                .isZero();
        assertThat(out()).isEqualTo("Received: by test\r\nSubject: x\r\n\r\nbody\r\n.\r\nlast\r\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void filterNeverOpensAuditLogOrSocket() {
        assertThat(filter("x: y\n\n", "--to", "b@there.example")).isZero();
        assertThat(assembly.happened).hasSize(1).allMatch(event -> event.startsWith("road "));
        assertThat(folder.resolve("audit.jsonl")).doesNotExist();
    }

    @Test
    void severalUnitsNeedAFolder() {
        assertThat(filter("x: y\n\n", "--to", "b@there.example", "--to", "c@there.example"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(out()).isEmpty();
        assertThat(err().lines().toList())
                .containsExactly(
                        "error: the message leaves in 2 different forms, standard output takes one",
                        "hint: give --out DIR");
    }

    @ParameterizedTest
    @CsvSource({
        "refused.example, 65, 550 5.7.1 Message refused by policy",
        "later.example, 75, 451 4.7.1 Message deferred by policy"
    })
    void whoIsNotServedIsToldAndTheOthersAreWritten(String domain, int exitCode, String reply) throws IOException {
        Path result = folder.resolve("result");

        assertThat(filter("x: y\n\n", "--to", "z@" + domain, "--to", "b@there.example", "--out", result.toString()))
                .isEqualTo(exitCode);
        assertThat(err()).isEqualTo("error: z@" + domain + ": " + reply + "\n");
        assertThat(names(result)).containsExactly("decision.json", "unit-01.eml");
        assertThat(Files.readString(result.resolve("unit-01.eml"))).isEqualTo("Received: by test\r\nx: y\r\n\r\n");
    }

    @Test
    void refusedOutranksDeferred() {
        assertThat(filter("x: y\n\n", "--to", "a@later.example", "--to", "a@refused.example"))
                .isEqualTo(ExitCode.REFUSED);
    }

    @Test
    void decisionJsonTellsEverythingForEachRecipient() throws IOException {
        Path result = folder.resolve("result");

        filter("x: y\n\n", "--to", "z@refused.example", "--to", "b@there.example", "--out", result.toString());
        assertThat(Files.readString(result.resolve("decision.json"))).isEqualTo("""
                {
                  "from": "a@ours.example",
                  "role": "submission",
                  "recipients": [
                    {
                      "recipient": "z@refused.example",
                      "decision": "reject",
                      "reply": "550 5.7.1 Message refused by policy",
                      "direction": "OUTBOUND",
                      "rule": "refuse",
                      "mailboxPolicy": "",
                      "protection": "clear",
                      "incoming": "none",
                      "signature": "unsigned",
                      "certificates": [],
                      "steps": [
                        "one step"
                      ]
                    },
                    {
                      "recipient": "b@there.example",
                      "decision": "deliver",
                      "reply": "250 2.0.0 Ok",
                      "direction": "OUTBOUND",
                      "rule": "rest",
                      "mailboxPolicy": "",
                      "protection": "clear",
                      "incoming": "none",
                      "signature": "unsigned",
                      "certificates": [],
                      "unit": 1,
                      "steps": [
                        "one step"
                      ]
                    }
                  ],
                  "units": [
                    {
                      "file": "unit-01.eml",
                      "size": 27,
                      "recipients": [
                        "b@there.example"
                      ]
                    }
                  ]
                }
                """);
    }

    @Test
    void anEarlierResultIsReplacedAsAWhole() throws IOException {
        Path result = folder.resolve("result");
        filter("x: y\n\n", "--to", "a@there.example", "--to", "b@there.example", "--out", result.toString());

        assertThat(filter("x: z\n\n", "--to", "a@there.example", "--out", result.toString()))
                .isZero();
        assertThat(names(result)).containsExactly("decision.json", "unit-01.eml");
    }

    @Test
    void aFolderWithOtherFilesIsLeftAlone() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("thesis.tex"), "years of work");

        assertThat(filter("x: y\n\n", "--to", "a@there.example", "--out", other.toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(names(other)).containsExactly("thesis.tex");
        assertThat(names(folder)).containsExactly("other", "policy.yaml", "postseal.yaml", "store");
    }

    @ParameterizedTest
    @CsvSource({
        "a@ours.example, '', SUBMISSION",
        "a@there.example, '', INBOUND",
        "<>, '', INBOUND",
        "a@ours.example, inbound, INBOUND",
        "a@there.example, submission, SUBMISSION"
    })
    void roleIsGivenOrThatOfTheSender(String from, String role, Peer.Role expected) {
        List<String> arguments =
                new ArrayList<>(List.of("filter", "-c", config(), "--from", from, "--to", "b@ours.example"));
        if (!role.isEmpty()) {
            arguments.addAll(List.of("--role", role));
        }

        assertThat(run("x: y\n\n", arguments.toArray(String[]::new))).isZero();
        assertThat(assembly.envelopes.getFirst().peer().role()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "--to; a@b@c; 'a@b@c' is not a mail address",
                "--to; <>; '<>' is not a mail address",
                "--role; both; must be submission or inbound, not 'both'"
            })
    void wrongOptionValuesAreUsage(String option, String value, String reason) {
        assertThat(filter("", "--to", "b@there.example", option, value)).isEqualTo(ExitCode.USAGE);
        assertThat(err().lines().findFirst().orElseThrow())
                .startsWith("error: Invalid value for option '" + option + "'")
                .endsWith(": " + reason);
    }

    @Test
    void aMessageOverItsLimitsIsRefusedForEverybodyBeforeTheRoad() throws IOException {
        Files.writeString(
                folder.resolve("postseal.yaml"),
                "limits: { messageOctets: 1024 }\n",
                java.nio.file.StandardOpenOption.APPEND);

        assertThat(filter("x: " + "y".repeat(1100) + "\n\n", "--to", "b@there.example"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(err()).isEqualTo("error: b@there.example: 552 5.3.4 Message too big\n");
        assertThat(assembly.envelopes).isEmpty();
    }

    @Test
    void aFaultOfTheProgramIsSaidToBeOne() {
        assertThat(new CommandLineInterface(new BrokenAssembly(), console("x: y\n\n")).execute("check", "-c", config()))
                .isEqualTo(ExitCode.SOFTWARE);
        assertThat(err()).startsWith("error: internal fault: java.lang.IllegalStateException: broken\nhint: ");
    }

    @Test
    void aTakenPortEndsTheStartAndClosesEverything() {
        assembly.refusingToListen();

        assertThat(run("", "run", "-c", config())).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(err().lines().toList())
                .containsExactly(
                        "error: cannot listen on 127.0.0.1 port 0: Address already in use",
                        "hint: is another gateway running? see: ss -ltnp");
        assertThat(assembly.happened.subList(1, assembly.happened.size()).stream()
                        .filter(event -> !event.startsWith("road")))
                .containsExactly("closed", "next hop closed");
    }

    @ParameterizedTest
    @CsvSource({"text, 78", "json, 78", "JSON, 64", "xml, 64"})
    void logFormatsAreWrittenAsHelpShowsThem(String format, int exitCode) {
        assertThat(run("", "run", "--log-format", format, "-c", "/not/there")).isEqualTo(exitCode);
        assertThat(err().lines().findFirst().orElseThrow())
                .isEqualTo(
                        exitCode == ExitCode.CONFIG
                                ? "/not/there:0: no such file"
                                : "error: Invalid value for option '--log-format': must be text or json, not '" + format
                                        + (format.equals("JSON") ? "' (nearest: json)" : "'"));
    }

    @Test
    void filterIntoWhatIsNoFolderIsAnInputOutputErrorAndNoFaultOfOurs() {
        Path result = folder.resolve("policy.yaml").resolve("result");

        assertThat(filter("x: y\n\n", "--to", "a@there.example", "--out", result.toString()))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(err())
                .isEqualTo("error: " + result + " cannot be written: java.nio.file.FileAlreadyExistsException: "
                        + folder.resolve("policy.yaml") + "\n");
    }

    private int filter(String message, String... more) {
        List<String> arguments = new ArrayList<>(List.of("filter", "-c", config(), "--from", "a@ours.example"));
        arguments.addAll(List.of(more));
        return run(message, arguments.toArray(String[]::new));
    }

    private int run(String input, String... arguments) {
        return new CommandLineInterface(assembly, console(input)).execute(arguments);
    }

    private Console console(String input) {
        return new Console(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String config() {
        return folder.resolve("postseal.yaml").toString();
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static boolean isProvider(String line) {
        return line.startsWith("provider ");
    }

    private static Stream<String> operations(String line) {
        return Stream.of(line.substring(line.indexOf(": ") + 2).split(", "));
    }
}
