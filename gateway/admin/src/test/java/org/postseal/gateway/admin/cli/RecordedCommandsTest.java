package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import picocli.CommandLine;

/**
 * Tests that each command is either listed here as one that changes nothing that counts, or in {@code
 * docs/audit-changes.md} with what is recorded. The author of a new command has to decide which of the two it is.
 */
final class RecordedCommandsTest {
    /**
     * These commands read, or write a file from what they read. The first two and {@code held release} send mail, which
     * is recorded by itself, each gateway of a fleet records what comes of its policy, and the commands that {@code
     * setup} runs are recorded. What {@code ca ocsp} signs says what is on record already.
     */
    private static final Set<String> UNRECORDED = Set.of(
            "run",
            "demo",
            "setup",
            "check",
            "filter",
            "console",
            "password",
            "version",
            "help",
            "cert list",
            "cert show",
            "cert explain",
            "cert held",
            "cert lint",
            "cert export",
            "trust list",
            "trust show",
            "trust verify",
            "trust export",
            "key list",
            "directory test",
            "ca status",
            "ca ocsp",
            "ca serve",
            "dns smimea",
            "dns check",
            "enrol status",
            "journal list",
            "journal show",
            "held list",
            "held show",
            "held digest",
            "held release",
            "fleet status",
            "fleet policy init",
            "fleet policy propose",
            "fleet policy status",
            "fleet policy activate",
            "fleet policy withdraw",
            "audit verify",
            "audit query",
            "audit show",
            "audit report",
            "audit index",
            "audit stamp",
            "profile check",
            "policy check",
            "policy test",
            "policy explain",
            "policy diff",
            "policy schema",
            "policy import-exchange",
            "policy export-exchange",
            "client thunderbird",
            "client browser-policy",
            "client mobile-policy",
            "client outlook-mobile",
            "exchange online",
            "exchange on-premises");

    @Test
    void everyCommandIsEitherOnRecordOrChangesNothing() throws IOException {
        Set<String> all = new TreeSet<>();
        collect(new CommandLineInterface(new GatewayAssembly(), Console.system()).commands(), "", all);
        Set<String> documented = new TreeSet<>();
        rows().forEach(row -> documented.addAll(words(row.getFirst())));
        Set<String> known = new TreeSet<>(documented);
        known.addAll(UNRECORDED);
        assertThat(known).isEqualTo(all);
        assertThat(documented).doesNotContainAnyElementsOf(UNRECORDED);
    }

    @Test
    void everyActionOfTheCommandsIsDocumentedAndNoOther() throws IOException {
        Set<String> written = new TreeSet<>();
        for (String folder : List.of(
                "src/main/java/org/postseal/gateway/admin/cli",
                "../../certstore/enrolment/src/main/java/org/postseal/certstore/enrolment")) {
            try (Stream<Path> sources = Files.walk(Path.of(folder))) {
                for (Path source : sources.filter(file -> file.toString().endsWith(".java"))
                        .toList()) {
                    ACTION.matcher(Files.readString(source)).results().forEach(found -> written.add(found.group(1)));
                }
            }
        }
        Set<String> documented = new TreeSet<>();
        for (List<String> row : rows()) {
            documented.addAll(words(row.getLast()));
        }
        documented.remove("--forget");
        assertThat(documented).hasSizeGreaterThan(30).isEqualTo(written);
    }

    private static final Pattern ACTION =
            Pattern.compile("\"((?:cert|trust|key|directory|ca|enrol|journal|held|fleet|audit|database)-[a-z-]+)\"");

    private static void collect(CommandLine command, String path, Set<String> all) {
        if (command.getSubcommands().isEmpty()) {
            all.add(path.strip());
        }
        command.getSubcommands().forEach((name, below) -> collect(below, path + " " + name, all));
    }

    /** Returns the cells of the table, row by row. */
    private static List<List<String>> rows() throws IOException {
        String page = Files.readString(Path.of("../../docs/audit-changes.md"));
        int from = page.indexOf("## Commands that are on record");
        return page.substring(from)
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> List.of(line.substring(1, line.length() - 1).split("\\|", -1)))
                .filter(cells -> cells.size() == 2)
                .toList();
    }

    private static List<String> words(String cell) {
        return Pattern.compile("`([^`]+)`")
                .matcher(cell)
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
