package org.postseal.certstore.authority.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.Corpora;

/**
 * Compares the lint with zlint over zlint's samples. Each line of {@code zlint-samples.csv} is a pair of a sample and a
 * lint of zlint, with the result that the tables of zlint's own tests expect, or that the name of the sample says, and
 * with our rule and its result.
 */
@Tag("thorough")
final class ZlintSamplesTest {
    /**
     * A line of the table.
     *
     * @param source {@code table} or {@code name}: where the result of zlint comes from
     * @param zlint Pass, Warn, Error, NA (not applicable), or NE (issued before the lint is effective)
     * @param here broken, kept, or why the rule is not applied
     */
    private record Pair(String sample, String source, String lint, String zlint, String rule, String here) {
        static Pair of(String line) {
            String[] cells = line.split(",", 6);
            return new Pair(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]);
        }

        boolean agrees() {
            return (zlint.equals("Error") || zlint.equals("Warn")) == here.equals("broken");
        }
    }

    @Test
    void eachPairHasTheResultOfTheTable() throws IOException {
        StringBuilder actual = new StringBuilder();
        for (Pair each : pairs()) {
            LintReport report = report(each.sample);
            String here =
                    report.findings().stream().anyMatch(found -> found.rule().equals(each.rule))
                            ? "broken"
                            : reason(report, each.rule).orElse("kept");
            actual.append(String.join(",", each.sample, each.source, each.lint, each.zlint, each.rule, here))
                    .append('\n');
        }
        assertThat(actual.toString()).isEqualTo(table());
    }

    @Test
    void thePageCountsThePairsThatAgreeAndExplainsTheOthers() throws IOException {
        List<Pair> fromTables =
                pairs().stream().filter(each -> each.source.equals("table")).toList();
        List<Pair> fromNames =
                pairs().stream().filter(each -> each.source.equals("name")).toList();
        String page = Files.readString(Path.of("../../docs/lint.md"));
        assertThat(page)
                .contains(
                        "of " + fromTables.size() + " pairs in these tables, "
                                + fromTables.stream().filter(Pair::agrees).count() + " agree",
                        "all " + fromNames.stream().filter(Pair::agrees).count() + " agree");
        assertThat(fromNames).allMatch(Pair::agrees);
        for (Pair each : pairs()) {
            if (!each.agrees()) {
                assertThat(page).as(each.toString()).contains("`" + each.sample + "`");
            }
        }
    }

    @Test
    void whatIsTooOldForZlintIsTooOldHere() throws IOException {
        assertThat(pairs())
                .filteredOn(each -> each.zlint.equals("NE"))
                .isNotEmpty()
                .extracting(Pair::here)
                .containsOnly("issued before 2023-09-01", "no policy of the S/MIME Baseline Requirements");
    }

    @Test
    void everySampleIsLookedAt() throws IOException {
        try (Stream<Path> files = Files.list(Corpora.folder("zlint-smime"))) {
            List<String> samples = files.map(
                            each -> each.getFileName().toString().replace(".pem", ""))
                    .toList();
            assertThat(pairs()).extracting(Pair::sample).containsAll(samples);
            for (String each : samples) {
                assertThat(report(each).findings())
                        .as(each)
                        .noneMatch(found -> found.text().startsWith("the octets are no certificate"));
            }
        }
    }

    private static Optional<String> reason(LintReport report, String rule) {
        return report.notApplied().stream()
                .filter(each -> each.rules().contains(rule) || each.rules().contains("br-*"))
                .map(LintReport.NotApplied::reason)
                .findFirst();
    }

    private static LintReport report(String sample) throws IOException {
        String text = Files.readString(Corpora.folder("zlint-smime").resolve(sample + ".pem"));
        String begin = "-----BEGIN CERTIFICATE-----";
        return CertificateLint.report(Base64.getMimeDecoder()
                .decode(text.substring(text.indexOf(begin) + begin.length(), text.indexOf("-----END CERTIFICATE"))));
    }

    private static List<Pair> pairs() throws IOException {
        return table().lines().map(Pair::of).toList();
    }

    private static String table() throws IOException {
        return Files.readString(Path.of("src/test/vectors/zlint-samples.csv"));
    }
}
