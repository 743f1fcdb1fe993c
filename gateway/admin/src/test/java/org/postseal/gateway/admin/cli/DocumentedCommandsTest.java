package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import picocli.CommandLine;

/**
 * Tests the commands of every page, and of the comments in files that administrators edit. Our own commands are parsed
 * as they stand; all others must be programs that a Debian machine has. Nothing is run here: other tests run the pages
 * and show whether the commands do what the pages say.
 */
final class DocumentedCommandsTest {
    private static final Path ROOT = Path.of("../..");

    /** Parses commands, and never runs one. */
    private final CommandLine ours = new CommandLineInterface(new GatewayAssembly(), Console.system()).commands();

    @Test
    void everyCommandIsUnderstood() throws IOException {
        List<String> wrong = new ArrayList<>();
        int count = 0;
        for (Path page : DocumentedLinksTest.pages()) {
            for (MatchResult block :
                    FENCED.matcher(Files.readString(page)).results().toList()) {
                String mark = block.group(1);
                if (!mark.equals("sh") && !mark.startsWith("sh ")) {
                    // A block of commands without the mark {@code sh} would escape this test
                    if (mark.isEmpty()
                            && block.group(2)
                                    .lines()
                                    .anyMatch(line -> OURS.matcher(line).lookingAt())) {
                        wrong.add(page + ": the block is no ```sh: " + block.group(2));
                    }
                    continue;
                }
                Set<String> functions = ShellScript.functions(block.group(2));
                for (List<String> words : ShellScript.commands(block.group(2))) {
                    count++;
                    String problem = functions.contains(words.getFirst()) ? "" : problem(words);
                    if (!problem.isEmpty()) {
                        wrong.add(page + ": " + String.join(" ", words) + ": " + problem);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(count).isGreaterThan(200);
    }

    /** A sentence may name an option without the arguments that the command needs. */
    @Test
    void everyCommandThatIsMentionedIsThere() throws IOException {
        List<String> wrong = new ArrayList<>();
        int count = 0;
        for (Path page : DocumentedLinksTest.pages()) {
            String prose = FENCED.matcher(Files.readString(page)).replaceAll("");
            for (MatchResult span : SPAN.matcher(prose).results().toList()) {
                String text = span.group(1).replace("\\|", "|");
                if (OURS.matcher(text).lookingAt()) {
                    count++;
                    String problem = mentioned(words(text));
                    if (!problem.isEmpty()) {
                        wrong.add(page + ": " + text + ": " + problem);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(count).isGreaterThan(150);
    }

    @Test
    void everyCommandInAFileToEditIsThere() throws IOException {
        List<String> wrong = new ArrayList<>();
        int count = 0;
        for (Path file : edited()) {
            for (String line : Files.readAllLines(file)) {
                int start = line.startsWith("ExecStart=") ? line.indexOf('=') : line.indexOf('#');
                for (MatchResult found : COMMENT.matcher(start < 0 ? "" : line.substring(start + 1))
                        .results()
                        .toList()) {
                    count++;
                    String problem = mentioned(words(found.group()));
                    if (!problem.isEmpty()) {
                        wrong.add(file + ": " + found.group() + ": " + problem);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(count).isGreaterThan(15);
    }

    @Test
    void whatIsWrongIsFound() {
        assertThat(wrong("postseal journal lists")).isTrue();
        assertThat(wrong("postseal journal list --limits 5")).isTrue();
        assertThat(wrong("postseal journal")).isTrue();
        assertThat(wrong("postseal audit export 4711")).isTrue();
        assertThat(wrong("postseal audit verify --key")).isTrue();
        assertThat(wrong("postseal audit report --month november")).isTrue();
        assertThat(wrong("shutdown now")).isTrue();
        assertThat(wrong("bin/nothing")).isTrue();
        assertThat(wrong("if true; then grep -q x < file | postseal nothing; fi"))
                .isTrue();
        assertThat(wrong("a=$(postseal nothing)")).isTrue();
        assertThat(wrong("case $a in\n1) exit ;;\n*) nothing ;;\nesac")).isTrue();
        assertThat(wrong("case $a in 1) exit ;;\n*) exit 2 ;;\nesac")).isFalse();
        assertThat(wrong("podman run --rm localhost/postseal:0.1.0 audit verified"))
                .isTrue();
        assertThat(wrong("sudo -u postseal postseal audit verify --checkpoint 'a b' > c # and so on"))
                .isFalse();
        assertThat(mentioned(words("postseal audit export"))).isEmpty();
        assertThat(mentioned(words("postseal audit exports"))).isNotEmpty();
        assertThat(mentioned(words("postseal audit export --outs DIR"))).isNotEmpty();
        assertThat(mentioned(words("bin/bench nothing"))).isNotEmpty();
    }

    private boolean wrong(String script) {
        return ShellScript.commands(script).stream()
                .anyMatch(words -> !problem(words).isEmpty());
    }

    private static List<Path> edited() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String folder : List.of("etc", "systemd", "packaging")) {
            try (Stream<Path> found = Files.walk(ROOT.resolve(folder))) {
                found.filter(Files::isRegularFile).sorted().forEach(files::add);
            }
        }
        return files;
    }

    private static List<String> words(String text) {
        return Arrays.asList(
                text.replaceFirst("^(?:sudo|runuser) -u \\w+ (?:-- )?", "").split(" +", -1));
    }

    /** Returns what is wrong with a command; empty if it can be parsed. */
    private String problem(List<String> command) {
        List<String> words = new ArrayList<>(command);
        if (words.getFirst().equals("sudo") || words.getFirst().equals("runuser")) {
            // These words say as which user the command runs
            words = words.subList(words.get(3).equals("--") ? 4 : 3, words.size());
        }
        String program = words.getFirst();
        if (program.startsWith("bin/") && !program.equals("bin/postseal")) {
            return mentioned(words);
        }
        if (program.equals("podman") && !words.stream().anyMatch(word -> word.startsWith("--entrypoint="))) {
            List<String> behind = words.stream()
                    .dropWhile(word -> !word.startsWith("localhost/postseal:"))
                    .skip(1)
                    .toList();
            return behind.isEmpty() ? "" : parsed(behind);
        }
        return program.equals("postseal") || program.equals("bin/postseal")
                ? parsed(words.subList(1, words.size()))
                : PROGRAMS.contains(program) ? "" : "an unknown program";
    }

    private String parsed(List<String> words) {
        try {
            CommandLine.ParseResult parsed = ours.parseArgs(words.toArray(String[]::new));
            while (parsed.hasSubcommand()) {
                parsed = parsed.subcommand();
            }
            return parsed.commandSpec().subcommands().isEmpty() ? "" : "no command";
        } catch (CommandLine.ParameterException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Returns what is wrong with the name of a command and its options; empty if all exist. */
    private String mentioned(List<String> words) {
        Path script = ROOT.resolve(words.getFirst());
        if (words.getFirst().startsWith("bin/") && !words.getFirst().equals("bin/postseal")) {
            return inScript(script, words);
        }
        CommandLine command = ours;
        int next = 1;
        while (next < words.size()) {
            CommandLine below = command.getSubcommands().get(words.get(next));
            if (below == null) {
                break;
            }
            command = below;
            next++;
        }
        List<String> left = words.subList(next, words.size());
        if (!left.isEmpty()
                && !command.getSubcommands().isEmpty()
                && left.getFirst().matches("[a-z-]+")) {
            return "no such command";
        }
        Set<String> options = command.getCommandSpec().optionsMap().keySet();
        return left.stream()
                .filter(word -> word.startsWith("-"))
                .map(word -> word.replaceFirst("=.*", ""))
                .filter(word -> !options.contains(word))
                .findFirst()
                .map(word -> "no option " + word)
                .orElse("");
    }

    private static String inScript(Path script, List<String> words) {
        try {
            if (!Files.isExecutable(script)) {
                return "no such script";
            }
            String text = Files.readString(script);
            return words.stream()
                    .skip(1)
                    .limit(1)
                    .filter(word -> word.matches("-{0,2}[a-z][a-z-]*"))
                    .filter(word -> !text.contains(word))
                    .map(word -> "the script knows no " + word)
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static final Pattern FENCED = Pattern.compile("(?ms)^```([^\\n]*)\\n(.*?)^```$");
    private static final Pattern SPAN = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern OURS =
            Pattern.compile("(?:(?:sudo|runuser) -u \\w+ (?:-- )?)?(?:postseal|bin/[a-z]+) [a-z-]|bin/[a-z]+$");

    /** Matches a command in a comment, up to the first word that ends like the last word of a sentence. */
    private static final Pattern COMMENT = Pattern.compile("(?<![\\w/.-])postseal [a-z][a-z-]*(?: [^\\s,;:.()`]+)*");

    /** The programs of a Debian machine, from the base system or from a package that the page names. */
    private static final Set<String> PROGRAMS = Set.of("""
            [ /usr/lib/postseal/bin/make-cache adduser apt-get cat cd certtool chown cp curl cut date df echo exit
            export find grep head install jfr journalctl jq ln ls mkdir mv openssl p11tool podman pg_dump pg_restore
            postconf postfix postsuper printf read rm rsync sed set sha256sum sleep softhsm2-util sort sqlite3 ss
            systemctl systemd-analyze systemd-creds systemd-sysusers systemd-tmpfiles tail tar touch tr vmstat
            """.strip().split("\\s+", -1));
}
