package org.postseal.gateway.app.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Exposition;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlReader;
import org.postseal.policy.yaml.YamlValue;

/**
 * Tests {@code etc/prometheus} and {@code etc/grafana}: Prometheus' own tool accepts them, and they name only figures
 * that exist.
 */
final class MonitoringFilesIT {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path RULES = ROOT.resolve("etc/prometheus/postseal.rules.yaml");
    private static final Path DASHBOARD = ROOT.resolve("etc/grafana/postseal.json");
    private static final Pattern FIGURE = Pattern.compile("\\b(?:postseal|jvm|process)_[a-z0-9_]+");
    // The name of a figure alone is no expression. An expression has labels, a function or a comparison
    private static final Pattern EXPRESSION = Pattern.compile(
            "`([^`\n]*\\bpostseal_[a-z0-9_]+[^`\n]*[{(=<>][^`\n]*|[^`\n]*[{(][^`\n]*\\bpostseal_[^`\n]*)`");
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `(postseal_\\w+)` \\| (\\w+) \\| (.*?) \\|");
    private static final Pattern LABEL = Pattern.compile("\\b([a-z_]+)(?:=~|!=|=)\"");

    @TempDir
    private Path folder;

    @BeforeEach
    void tool() {
        Requirements.programs("promtool");
    }

    @Test
    void alertsAreRaisedByWhatTheyAreFor() throws IOException {
        Command.Result checked = Command.of("promtool", "check", "rules", RULES).run();
        assertThat(checked.isSuccess()).as(checked.toString()).isTrue();
        Path tests = RULES.resolveSibling("postseal.rules.test.yaml");
        Command.Result tested = Command.of("promtool", "test", "rules", tests).run();
        assertThat(tested.isSuccess()).as(tested.toString()).isTrue();
        String cases = Files.readString(tests);
        assertThat(alerts())
                .hasSizeGreaterThan(15)
                .allMatch(alert -> cases.contains("alertname=\"" + alert.name() + "\"")
                        || cases.contains("alertname: " + alert.name() + "\n"));
    }

    @Test
    void everyAlertHasAPage() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/metrics.md"));
        List<String> documented = Pattern.compile("(?m)^\\| \\[(\\w+)]\\(runbooks/(\\w+)\\.md\\) \\|")
                .matcher(page)
                .results()
                .peek(row -> assertThat(row.group(2)).isEqualTo(row.group(1)))
                .map(row -> row.group(1))
                .toList();
        assertThat(documented)
                .containsExactlyElementsOf(alerts().stream().map(Alert::name).toList());
        try (Stream<Path> pages = Files.list(ROOT.resolve("docs/runbooks"))) {
            assertThat(pages.map(file -> file.getFileName().toString().replaceFirst("\\.md$", "")))
                    .containsExactlyInAnyOrderElementsOf(documented);
        }
        for (Alert alert : alerts()) {
            assertThat(alert.runbook()).isEqualTo("/usr/share/doc/postseal/runbooks/" + alert.name() + ".md");
        }
    }

    @Test
    void everyFigureOfAnAlertIsThere() throws IOException {
        assertThat(unknown(alerts().stream().map(Alert::expression).toList())).isEmpty();
    }

    @Test
    void everyExpressionOfTheDashboardIsTakenAndIsAboutFiguresThatAreThere() throws IOException {
        List<String> expressions = dashboard();
        assertThat(expressions).hasSizeGreaterThan(30);
        assertThat(unknown(expressions)).isEmpty();
        assertTaken(expressions.stream()
                // Grafana replaces these variables
                .map(expression -> expression
                        .replace("$__rate_interval", "5m")
                        .replace("$__interval", "5m")
                        .replace("$instance", ".*"))
                .toList());
    }

    @Test
    void everyExpressionOfAPageIsTakenAndIsAboutFiguresThatAreThere() throws IOException {
        List<String> expressions = new ArrayList<>();
        for (String part : List.of("docs", "docs/runbooks")) {
            try (Stream<Path> pages = Files.list(ROOT.resolve(part))) {
                for (Path page :
                        pages.filter(file -> file.toString().endsWith(".md")).toList()) {
                    EXPRESSION
                            .matcher(Files.readString(page))
                            .results()
                            .forEach(found -> expressions.add(found.group(1)));
                }
            }
        }
        assertThat(expressions).hasSizeGreaterThan(12);
        assertThat(unknown(expressions)).isEmpty();
        assertTaken(expressions);
    }

    private void assertTaken(List<String> expressions) throws IOException {
        StringBuilder rules = new StringBuilder("groups:\n- name: taken\n  rules:\n");
        for (String expression : expressions) {
            rules.append("  - { alert: A")
                    .append(rules.length())
                    .append(", expr: '")
                    .append(expression)
                    .append("' }\n");
        }
        Path file = Files.writeString(folder.resolve("rules.yaml"), rules);
        Command.Result checked = Command.of("promtool", "check", "rules", file).run();
        assertThat(checked.isSuccess()).as(checked.toString()).isTrue();
    }

    @Test
    void panelsOfTheDashboardDoNotOverlap() throws IOException {
        boolean[][] taken = new boolean[200][24];
        List<YamlMapping> panels = json().oneOrMore("panels").stream()
                .flatMap(panel -> panel.mapping().stream())
                .toList();
        assertThat(panels).hasSizeGreaterThan(20);
        Set<Long> ids = new TreeSet<>();
        for (YamlMapping panel : panels) {
            assertThat(ids.add(panel.number("id", 1, 1000).orElseThrow())).isTrue();
            YamlMapping place = panel.mapping("gridPos").orElseThrow();
            int x = Math.toIntExact(place.number("x", 0, 23).orElseThrow());
            int y = Math.toIntExact(place.number("y", 0, 199).orElseThrow());
            for (int row = y; row < y + place.number("h", 1, 20).orElseThrow(); row++) {
                for (int column = x; column < x + place.number("w", 1, 24).orElseThrow(); column++) {
                    assertThat(taken[row][column]).isFalse();
                    taken[row][column] = true;
                }
            }
        }
    }

    /** Returns the figures and labels that no gateway shows. */
    private static List<String> unknown(List<String> expressions) throws IOException {
        Set<String> known = new TreeSet<>(figuresOfTheJvm());
        Set<String> labels = new TreeSet<>(List.of("job", "instance", "le", "area"));
        DOCUMENTED
                .matcher(Files.readString(ROOT.resolve("docs/metrics.md")))
                .results()
                .forEach(row -> {
                    known.add(row.group(1));
                    if (row.group(2).equals("histogram")) {
                        known.addAll(List.of(row.group(1) + "_bucket", row.group(1) + "_count", row.group(1) + "_sum"));
                    }
                    Pattern.compile("`(\\w+)`")
                            .matcher(row.group(3))
                            .results()
                            .forEach(label -> labels.add(label.group(1)));
                });
        assertThat(known).hasSizeGreaterThan(40);
        List<String> unknown = new ArrayList<>();
        for (String expression : expressions) {
            FIGURE.matcher(expression)
                    .results()
                    .map(found -> found.group())
                    .filter(name -> !known.contains(name))
                    .forEach(unknown::add);
            LABEL.matcher(expression)
                    .results()
                    .map(found -> found.group(1))
                    .filter(name -> !labels.contains(name))
                    .forEach(unknown::add);
        }
        return unknown;
    }

    private static Set<String> figuresOfTheJvm() throws IOException {
        GatewayMetrics metrics = new GatewayMetrics();
        metrics.watchJvm();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(out, metrics.registry().scrape());
        return new TreeSet<>(Exposition.read(out.toString(UTF_8)).families().keySet());
    }

    private record Alert(String name, String expression, String runbook) {}

    private static List<Alert> alerts() throws IOException {
        return read(RULES).oneOrMore("groups").stream()
                .flatMap(group -> group.mapping().orElseThrow().oneOrMore("rules").stream())
                .map(rule -> rule.mapping().orElseThrow())
                .map(rule -> new Alert(
                        text(rule, "alert"),
                        text(rule, "expr"),
                        text(rule.mapping("annotations").orElseThrow(), "runbook")))
                .toList();
    }

    private static List<String> dashboard() throws IOException {
        YamlMapping root = json();
        List<String> expressions = new ArrayList<>();
        root.oneOrMore("panels").stream()
                .flatMap(panel -> panel.mapping().orElseThrow().oneOrMore("targets").stream())
                .forEach(target -> expressions.add(text(target.mapping().orElseThrow(), "expr")));
        root.mapping("annotations")
                .orElseThrow()
                .oneOrMore("list")
                .forEach(annotation -> expressions.add(text(annotation.mapping().orElseThrow(), "expr")));
        return expressions;
    }

    private static YamlMapping json() throws IOException {
        return read(DASHBOARD);
    }

    private static String text(YamlMapping mapping, String key) {
        return mapping.value(key).flatMap(YamlValue::text).orElseThrow();
    }

    private static YamlMapping read(Path file) throws IOException {
        Problems problems = new Problems(file.toString());
        Optional<YamlMapping> root = YamlReader.read(Files.readString(file), problems);
        assertThat(problems.all()).isEmpty();
        return root.orElseThrow();
    }
}
