package org.postseal.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.assembly.GatewayAssembly;
import picocli.CommandLine;

/** Commands of the pages for who runs the service: those of ours are understood, the others are of programs that a Debian machine has. */
final class DocumentedCommandsTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Set<String> PROGRAMS = Set.of(
            "systemctl",
            "systemd-creds",
            "systemd-analyze",
            "systemd-sysusers",
            "systemd-tmpfiles",
            "podman",
            "sha256sum",
            "/usr/lib/postseal/bin/make-cache",
            "bin/package",
            "bin/postseal",
            "journalctl",
            "ss",
            "curl",
            "df",
            "ls",
            "vmstat",
            "openssl",
            "install",
            "apt-get",
            "tar",
            "ln");

    @Test
    void everyCommandIsUnderstood() throws IOException {
        List<String> wrong = new ArrayList<>();
        int count = 0;
        for (Path page : pages()) {
            for (String line : commands(Files.readString(page))) {
                count++;
                String problem = problem(line);
                if (!problem.isEmpty()) {
                    wrong.add(page.getFileName() + ": " + line + ": " + problem);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(count).isGreaterThan(50);
        assertThat(problem("postseal journal lists")).isNotEmpty();
        assertThat(problem("postseal journal list --limits 5")).isNotEmpty();
        assertThat(problem("rm -rf /")).isNotEmpty();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> runbooks = Files.list(DOCS.resolve("runbooks"))) {
            return Stream.concat(
                            runbooks.sorted(),
                            Stream.of(
                                            "exchange-checklist.md",
                                            "howto-ca.md",
                                            "howto-clients.md",
                                            "howto-exchange.md",
                                            "howto-systemd.md",
                                            "howto-backup.md",
                                            "howto-keys.md",
                                            "install.md",
                                            "troubleshooting.md")
                                    .map(DOCS::resolve))
                    .toList();
        }
    }

    private static List<String> commands(String page) {
        return Pattern.compile("(?ms)^```sh\\n(.*?)^```$")
                .matcher(page)
                .results()
                .map((MatchResult found) -> found.group(1))
                .flatMap(String::lines)
                .filter(line -> !line.isBlank())
                .toList();
    }

    /** What is wrong with a line; empty when it is understood. */
    private static String problem(String line) {
        List<String> words = new ArrayList<>(List.of(line.replaceFirst("^(?:\\w+=\\S+ )?sudo (?:-u \\w+ )?", "")
                .replaceFirst(" > [\\w.-]+$", "")
                .split(" ", -1)));
        String program = words.removeFirst();
        if (!program.equals("postseal")) {
            return PROGRAMS.contains(program) ? "" : "an unknown program";
        }
        try {
            CommandLine.ParseResult parsed = new CommandLineInterface(new GatewayAssembly(), Console.system())
                    .commands()
                    .parseArgs(words.toArray(String[]::new));
            return parsed.hasSubcommand() ? "" : "no command";
        } catch (CommandLine.ParameterException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
