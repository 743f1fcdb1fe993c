package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.mail.Peer;

/** Tests {@code postseal filter}: it takes a message, shows what would leave, and records nothing. */
final class FilterCommandTest {
    private final ConfiguredCommands commands;

    FilterCommandTest(@TempDir Path folder) throws IOException {
        commands = new ConfiguredCommands(folder);
    }

    @Test
    void filterPrintsTheOnlyUnitAsItWouldLeave() {
        assertThat(filter("Subject: x\n\nbody\n.\nlast", "--to", "b@there.example"))
                .isZero();
        assertThat(commands.out()).isEqualTo("Received: by test\r\nSubject: x\r\n\r\nbody\r\n.\r\nlast\r\n");
        assertThat(commands.err()).isEmpty();
    }

    @Test
    void filterNeverOpensAuditLogOrSocket() {
        assertThat(filter("x: y\n\n", "--to", "b@there.example")).isZero();
        assertThat(commands.assembly.happened).hasSize(1).allMatch(event -> event.startsWith("road "));
        assertThat(commands.folder.resolve("audit.jsonl")).doesNotExist();
    }

    @Test
    void severalUnitsNeedAFolder() {
        assertThat(filter("x: y\n\n", "--to", "b@there.example", "--to", "c@there.example"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(commands.out()).isEmpty();
        assertThat(commands.err().lines().toList())
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
        Path result = commands.folder.resolve("result");

        assertThat(filter("x: y\n\n", "--to", "z@" + domain, "--to", "b@there.example", "--out", result.toString()))
                .isEqualTo(exitCode);
        assertThat(commands.err()).isEqualTo("error: z@" + domain + ": " + reply + "\n");
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
        Path result = commands.folder.resolve("result");

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
                      "signedParts": [],
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
                      "signedParts": [],
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
        Path result = commands.folder.resolve("result");
        filter("x: y\n\n", "--to", "a@there.example", "--to", "b@there.example", "--out", result.toString());

        assertThat(filter("x: z\n\n", "--to", "a@there.example", "--out", result.toString()))
                .isZero();
        assertThat(names(result)).containsExactly("decision.json", "unit-01.eml");
    }

    @Test
    void aFolderWithOtherFilesIsLeftAlone() throws IOException {
        Path other = Files.createDirectory(commands.folder.resolve("other"));
        Files.writeString(other.resolve("thesis.tex"), "years of work");

        assertThat(filter("x: y\n\n", "--to", "a@there.example", "--out", other.toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(names(other)).containsExactly("thesis.tex");
        assertThat(names(commands.folder)).containsExactly("other", "policy.yaml", "postseal.yaml", "store");
    }

    @Test
    void filterIntoWhatIsNoFolderIsAnInputOutputErrorAndNoFaultOfOurs() {
        Path result = commands.folder.resolve("policy.yaml").resolve("result");

        assertThat(filter("x: y\n\n", "--to", "a@there.example", "--out", result.toString()))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(commands.err())
                .isEqualTo("error: " + result + " cannot be written: java.nio.file.FileAlreadyExistsException: "
                        + commands.folder.resolve("policy.yaml") + "\n");
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
                new ArrayList<>(List.of("filter", "-c", commands.config(), "--from", from, "--to", "b@ours.example"));
        if (!role.isEmpty()) {
            arguments.addAll(List.of("--role", role));
        }

        assertThat(commands.run("x: y\n\n", arguments.toArray(String[]::new))).isZero();
        assertThat(commands.assembly.envelopes.getFirst().peer().role()).isEqualTo(expected);
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
        assertThat(commands.err().lines().findFirst().orElseThrow())
                .startsWith("error: Invalid value for option '" + option + "'")
                .endsWith(": " + reason);
    }

    @Test
    void aMessageOverItsLimitsIsRefusedForEverybodyBeforeTheRoad() throws IOException {
        Files.writeString(
                commands.folder.resolve("postseal.yaml"),
                "limits: { messageOctets: 1024 }\n",
                java.nio.file.StandardOpenOption.APPEND);

        assertThat(filter("x: " + "y".repeat(1100) + "\n\n", "--to", "b@there.example"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(commands.err()).isEqualTo("error: b@there.example: 552 5.3.4 Message too big\n");
        assertThat(commands.assembly.envelopes).isEmpty();
    }

    private int filter(String message, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("filter", "-c", commands.config(), "--from", "a@ours.example"));
        arguments.addAll(List.of(more));
        return commands.run(message, arguments.toArray(String[]::new));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
