package org.postseal.gateway.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Project;

/** Calls {@code bin/fuzz} in ways in which it runs nothing. */
class FuzzScriptTest {
    private static final String USAGE = "hint: usage: bin/fuzz TARGET --minutes N [--seed S]; bin/fuzz --help";

    @Test
    void helpNamesEveryTarget() {
        String help = new String(fuzz("--help").output(), UTF_8);
        List<String> words =
                help.lines().map(line -> line.strip().split(" ", 2)[0]).toList();
        assertThat(words)
                .containsAll(
                        Arrays.stream(Targets.values()).map(Targets::toString).toList())
                .contains("signed", "encrypted", "internal");
    }

    @ParameterizedTest
    @CsvSource({
        "mimme, mime",
        "certificates, certificate",
        "Signed-Data, signed-data",
        "smpt, smtp",
        "encryped, encrypted",
    })
    void unknownTargetGetsTheNearest(String given, String nearest) {
        demand(
                fuzz(given, "--minutes", "1"),
                "error: there is no target '" + given + "' (nearest: " + nearest + ")\n"
                        + "hint: bin/fuzz --help lists the targets\n");
    }

    @Test
    void nothingIsNearAWordThatIsNoMisspelling() {
        demand(
                fuzz("everything-there-is", "--minutes", "1"),
                "error: there is no target 'everything-there-is'\nhint: bin/fuzz --help lists the targets\n");
    }

    @Test
    void wrongWordsGetTheUsage() {
        demand(fuzz(), "error: no target is named\n" + USAGE + "\n");
        demand(fuzz("mime"), "error: --minutes and a number are missing\n" + USAGE + "\n");
        demand(
                fuzz("mime", "--minutes", "x"),
                "error: --minutes takes a whole number from 1, not 'x'\n" + USAGE + "\n");
        demand(
                fuzz("mime", "--minutes", "0"),
                "error: --minutes takes a whole number from 1, not '0'\n" + USAGE + "\n");
        demand(fuzz("mime", "--minutes", "1", "more"), "error: 'more' is not known here\n" + USAGE + "\n");
        demand(
                fuzz("mime", "--minutes", "1", "--seed", "1.5"),
                "error: --seed takes a whole number, not '1.5'\n" + USAGE + "\n");
    }

    private static Command fuzz(String... words) {
        return Command.of(java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(Project.file("bin/fuzz")), Arrays.stream(words))
                .toList());
    }

    private static void demand(Command command, String messages) {
        Command.Result result = command.run();
        assertThat(result.messages()).isEqualTo(messages);
        assertThat(result.exitStatus()).isEqualTo(64);
    }
}
