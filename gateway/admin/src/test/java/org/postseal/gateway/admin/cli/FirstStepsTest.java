package org.postseal.gateway.admin.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.app.assembly.GatewayAssembly;

/**
 * Runs the first commands of {@code README.md} and of {@code docs/howto-postfix.md} on the examples of {@code etc}. It
 * leaves out the command that serves, since many other tests start it.
 */
final class FirstStepsTest {
    private static final Path ROOT = Path.of("../..");
    private static final String MESSAGE = "From: alice@example.com\r\nTo: bob@partner.example\r\nMIME-Version:"
            + " 1.0\r\nContent-Type: text/plain\r\n\r\nhello\r\n";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Test
    void theExamplesAreSoundAndRefuseWhatTheyCannotSign() throws IOException {
        List<List<String>> readme = commands(ROOT.resolve("README.md"), "mkdir -p etc/store/trust");
        assertThat(readme).hasSize(4);
        // The folder is laid out like a clone
        copy(folder.resolve("etc"));
        Files.createDirectories(folder.resolve(readme.get(0).getLast()));
        assertThat(run(readme.get(1))).as(said.toString(UTF_8)).isZero();
        assertThat(run(readme.get(2))).isEqualTo(ExitCode.REFUSED);
        assertThat(said.toString(UTF_8)).contains("A signature is required and cannot be made for this sender");
        assertThat(readme.get(3)).contains("run");

        List<List<String>> postfix =
                commands(ROOT.resolve("docs/howto-postfix.md"), "mkdir -p /etc/postseal/store/trust");
        assertThat(postfix).hasSize(4);
        Files.createDirectories(folder.resolve("etc/postseal/store/trust"));
        assertThat(postfix.get(1)).containsExactly("cp", "etc/postseal.yaml", "etc/policy.yaml", "/etc/postseal/");
        for (String name : List.of("postseal.yaml", "policy.yaml")) {
            Files.copy(
                    folder.resolve("etc").resolve(name),
                    folder.resolve("etc/postseal").resolve(name));
        }
        assertThat(run(postfix.get(2))).as(said.toString(UTF_8)).isZero();
    }

    /** Returns the commands of the block that begins with this line. */
    private static List<List<String>> commands(Path page, String first) throws IOException {
        return Pattern.compile("(?ms)^```sh\\n(" + Pattern.quote(first) + "$.*?)^```$")
                .matcher(Files.readString(page))
                .results()
                .map((MatchResult block) -> ShellScript.commands(block.group(1)))
                .findFirst()
                .orElseThrow();
    }

    private void copy(Path target) throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("etc"))) {
            Files.createDirectories(target);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, target.resolve(file.getFileName().toString()));
            }
        }
    }

    private int run(List<String> command) {
        said.reset();
        List<String> words = new ArrayList<>();
        for (String word : command.subList(1, command.size())) {
            words.add(
                    word.startsWith("etc/") || word.startsWith("/etc/")
                            ? folder + "/" + word.replaceFirst("^/", "")
                            : word);
        }
        PrintStream all = new PrintStream(said, true, UTF_8);
        Console console = new Console(new ByteArrayInputStream(MESSAGE.getBytes(UTF_8)), all, all);
        return new CommandLineInterface(new GatewayAssembly(), console).execute(words.toArray(String[]::new));
    }
}
