package org.postseal.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how long messages took, as records say it. */
final class LatencyTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:34:56Z");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 8, 15, 16, 17, 999, 12_345_678, 3_600_000_000_000L, Long.MAX_VALUE / 4})
    void aStepIsNearWhatWasCounted(long nanoseconds) {
        Durations durations = new Durations();
        durations.add(nanoseconds);
        assertThat((double) durations.quantile(0.5)).isCloseTo((double) nanoseconds, within(nanoseconds * 0.07));
    }

    @Test
    void quantilesAreThoseOfAllTogether() {
        Durations small = new Durations();
        Durations large = new Durations();
        for (int i = 1; i <= 1000; i++) {
            (i % 2 == 0 ? small : large).add(i * 1_000_000L);
        }
        Durations all = new Durations();
        all.add(large);
        all.add(small);
        assertThat(all.count()).isEqualTo(1000);
        assertThat(all.quantile(0.5) / 1e6).isCloseTo(500, within(35.0));
        assertThat(all.quantile(0.99) / 1e6).isCloseTo(990, within(70.0));
        assertThat(new Durations().quantile(0.5)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"340, 0.34 µs", "12345678, 12.3 ms", "999000000, 999 ms", "61000000000, 61.0 s"})
    void aDurationIsThreeDigitsAndAUnit(long nanoseconds, String text) {
        assertThat(Durations.text(nanoseconds)).isEqualTo(text);
    }

    @Test
    void eachMessageCountsOnceAndThoseWithoutTimesAreCountedApart() throws IOException {
        SampleConsole console = SampleConsole.of(folder, List.of(), 256L << 20, NOW);
        assertThat(console.html("/")).contains("No record of the last 24 hours says how long its message took.");

        write("Q1", 8_000_000, 1_000_000);
        write("Q1", 8_000_000, 1_000_000);
        write("Q2", 64_000_000, 2_000_000);
        append("{\"@timestamp\":\"" + NOW
                + "\",\"event.action\":\"recipient-done\",\"event.outcome\":\"success\","
                + "\"postseal.queue_id\":\"Q3\",\"postseal.decision\":\"deliver\"}");

        String html = console.html("/");
        assertThat(html)
                .contains("<tr><th scope=\"row\">whole message</th>" + cell("Messages", "2") + cell("p50", "8.13 ms"))
                .contains("<tr><th scope=\"row\">inspect</th>" + cell("Messages", "2"))
                .contains("1 message is left out: their records do not say how long they took");
        assertThat(html.indexOf("<th scope=\"row\">inspect"))
                .as("in the order of the road")
                .isLessThan(html.indexOf("<th scope=\"row\">deliver"));
        assertThat(html).contains("<path class=\"line line0\" d=\"M");
    }

    private static String cell(String label, String value) {
        return "<td class=\"number\" data-label=\"" + label + "\">" + value + "</td>";
    }

    private void write(String queueId, long whole, long inspect) throws IOException {
        append("{\"@timestamp\":\"" + NOW
                + "\",\"event.action\":\"recipient-done\",\"event.outcome\":\"success\",\"event.duration\":" + whole
                + ",\"postseal.queue_id\":\"" + queueId
                + "\",\"postseal.decision\":\"deliver\",\"postseal.stages\":{\"deliver\":" + (whole - inspect)
                + ",\"inspect\":" + inspect + "}}");
    }

    private void append(String line) throws IOException {
        Files.writeString(folder.resolve("audit.jsonl"), line + "\n", StandardOpenOption.APPEND);
    }
}
