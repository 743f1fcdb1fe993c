package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.Exposition;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.Script;

/** A running gateway shows exactly the figures that the page describes, and Prometheus accepts both. */
class DocumentedMetricsIT {
    private static final Pattern LABEL = Pattern.compile("[{,]([a-z_0-9]+)=\"");
    private static final Pattern EXPRESSION = Pattern.compile("(?m)^\\| [^`|]+ \\| `(.+)` \\|$");
    private static final Pattern FAMILY = Pattern.compile("postseal_\\w+");

    @AutoClose
    private final MetricsBench bench;

    DocumentedMetricsIT(@TempDir Path home) throws IOException {
        bench = new MetricsBench(home);
    }

    @Test
    void theDocumentNamesEveryFigure() throws Exception {
        bench.write("next.yaml", MetricsBench.REFUSE);
        bench.write("policy.yaml", MetricsBench.SIGN);
        bench.write("anchors.pem", Parties.issued(Parties.ALICE).certificate().toPem());
        bench.startAgain(Script.polite(), "127.0.0.1:0", """
            policy: { shadow: next.yaml }
            directory: { publicCopy: public/certificates.db }
            audit: { file: audit.jsonl, timestamp: { trust: anchors.pem } }
            upstreams: { mx: { networks: 127.0.0.0/8 } }
            fleet: { node: one, database: { url: "%s", tls: off } }
            """.formatted(PostgresServer.shared()
                .newDatabase()
                .replace("jdbc:postgresql://", "postgresql://postseal@")
                .replaceFirst("\\?.*", "")));
        bench.send("bob@partner.example");
        List<String> shown = bench.scrape().families().values().stream()
                .filter(family -> family.name().startsWith("postseal_"))
                .map(family -> "| `" + family.name() + "` | " + family.type() + " | " + labels(family) + " | "
                        + family.help() + " |")
                .toList();
        List<String> documented = Files.readAllLines(Path.of("../../docs/metrics.md")).stream()
                .filter(line -> line.startsWith("| `postseal_"))
                .toList();
        assertThat(documented).containsExactlyInAnyOrderElementsOf(shown);
    }

    private static String labels(Exposition.Family family) {
        return family.samples().keySet().stream()
                .flatMap(sample -> LABEL.matcher(sample).results())
                .map(found -> found.group(1))
                .filter(name -> !name.equals("le"))
                .distinct()
                .sorted()
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(", "));
    }

    @Test
    void prometheusOwnToolFindsNoFault() throws Exception {
        Requirements.programs("promtool");
        bench.send("bob@partner.example");
        assertThat(promtool(bench.get("/metrics").body(), "check", "metrics")).isEqualTo("0 ");
    }

    @Test
    void theDocumentedExamplesAreTakenByPrometheus() throws Exception {
        Requirements.programs("promtool");
        String page = Files.readString(Path.of("../../docs/metrics.md"));
        String yaml = page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("```\n", page.indexOf("```yaml")));
        Path config = Files.writeString(bench.home().resolve("prometheus.yml"), yaml);
        assertThat(promtool("", "check", "config", config.toString())).startsWith("0 ");

        List<String> expressions = EXPRESSION
                .matcher(page.substring(page.indexOf("| question |")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(expressions).hasSize(9);
        StringBuilder rules = new StringBuilder("groups:\n- name: documented\n  rules:\n");
        expressions.forEach(expression -> rules.append("  - { alert: A")
                .append(rules.length())
                .append(", expr: '")
                .append(expression)
                .append("' }\n"));
        Path file = Files.writeString(bench.home().resolve("rules.yml"), rules);
        assertThat(promtool("", "check", "rules", file.toString())).startsWith("0 ");
        bench.change("policy.yaml", MetricsBench.SIGN);
        bench.send("bob@partner.example");
        String served = bench.get("/metrics").body();
        assertThat(FAMILY.matcher(String.join("\n", expressions))
                        .results()
                        .map(found -> found.group().replaceAll("_bucket$", "")))
                .isNotEmpty()
                .allMatch(family -> served.contains("# TYPE " + family + " "));
    }

    /** Runs promtool, and returns its exit code and what it printed. */
    private static String promtool(String input, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        return process.waitFor() + " " + said;
    }
}
