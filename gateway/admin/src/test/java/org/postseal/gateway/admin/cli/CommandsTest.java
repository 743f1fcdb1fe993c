package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests what all commands have in common: how they are called, and what they say when they cannot run. */
final class CommandsTest {
    private final ConfiguredCommands commands;

    CommandsTest(@TempDir Path folder) throws IOException {
        commands = new ConfiguredCommands(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "run", "filter --from a@ours.example --to b@there.example"})
    void everyCommandRefusesABrokenConfiguration(String command) throws IOException {
        Files.delete(commands.folder.resolve("policy.yaml"));

        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("-c", commands.config()));
        assertThat(commands.run("", arguments.toArray(String[]::new))).isEqualTo(ExitCode.CONFIG);
        assertThat(commands.err().lines().toList())
                .containsExactly(
                        commands.config() + ":1: policy: not given, and the default "
                                + commands.folder.resolve("policy.yaml") + " does not exist",
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

        assertThat(commands.run("", arguments)).isEqualTo(ExitCode.USAGE);
        assertThat(commands.err().lines().toList()).containsExactly("error: " + error, "hint: " + hint);
        assertThat(commands.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"version", "help", "help run", "help check", "help filter", "help demo", "help policy diff"})
    void everyCommandCanBeAskedAboutAndTakesTheConfiguration(String command) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("-c", commands.config()));

        assertThat(commands.run("", arguments.toArray(String[]::new))).isZero();
        assertThat(commands.out()).isNotEmpty();
        assertThat(commands.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "check", "policy", "policy diff", "cert import"})
    void theOptionHelpSaysWhatTheCommandHelpSays(String command) {
        assertThat(commands.run("", ("help " + command).split(" "))).isZero();
        String said = commands.out();

        assertThat(commands.run("", (command + " --help").strip().split(" "))).isZero();
        assertThat(commands.out()).isEqualTo(said);
        assertThat(commands.err()).isEmpty();
    }

    @Test
    void aFaultOfTheProgramIsSaidToBeOne() {
        assertThat(commands.runOver(new BrokenAssembly(), "x: y\n\n", "check", "-c", commands.config()))
                .isEqualTo(ExitCode.SOFTWARE);
        assertThat(commands.err()).startsWith("error: internal fault: java.lang.IllegalStateException: broken\nhint: ");
    }

    @Test
    void aTakenPortEndsTheStartAndClosesEverything() {
        commands.assembly.refusingToListen();

        assertThat(commands.run("", "run", "-c", commands.config())).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(commands.err().lines().toList())
                .containsExactly(
                        "error: cannot listen on 127.0.0.1 port 0: Address already in use",
                        "hint: is another gateway running? see: ss -ltnp");
        assertThat(commands.assembly.happened.subList(1, commands.assembly.happened.size()).stream()
                        .filter(event -> !event.startsWith("road")))
                .containsExactly("closed", "next hop closed");
    }

    @ParameterizedTest
    @CsvSource({"text, 78", "json, 78", "JSON, 64", "xml, 64"})
    void logFormatsAreWrittenAsHelpShowsThem(String format, int exitCode) {
        assertThat(commands.run("", "run", "--log-format", format, "-c", "/not/there"))
                .isEqualTo(exitCode);
        assertThat(commands.err().lines().findFirst().orElseThrow())
                .isEqualTo(
                        exitCode == ExitCode.CONFIG
                                ? "/not/there: no such file"
                                : "error: Invalid value for option '--log-format': must be text or json, not '" + format
                                        + (format.equals("JSON") ? "' (nearest: json)" : "'"));
    }
}
