package org.postseal.gateway.console;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.postseal.gateway.console.http.Page;

/** Shows in figures and charts what became of the mail of a period. */
public final class OverviewPage {
    private final LogsInView logs;
    private final DirectoryInView directory;
    private final InstantSource clock;

    OverviewPage(LogsInView logs, DirectoryInView directory, InstantSource clock) {
        this.logs = logs;
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * Holds the content of the page.
     *
     * @param fleet the logs whose figures these are
     * @param isWhole true if the log was read for the whole period
     */
    public record View(
            Period period,
            FleetInView fleet,
            boolean isWhole,
            BarChart outcomes,
            List<Share> reasons,
            List<Share> algorithms,
            Latency latency,
            ExpiryTimeline expiries) {
        public List<Period> periods() {
            return List.of(Period.values());
        }
    }

    /**
     * Shows a figure beside others.
     *
     * @param percent its share of the largest figure, which is the length of its bar
     * @param link a link to the records that it counts; empty if there is none
     */
    public record Share(String name, long count, int percent, String link) {}

    Page page(Parameters asked, Frame frame) throws IOException {
        Period period = Period.of(asked.text("period"));
        List<Instant> bounds = period.bounds(clock.instant());
        LogCounts.View figures = logs.view(bounds, PATIENCE);
        List<BarChart.Column> columns = new ArrayList<>();
        List<Map<String, Long>> outcomes = figures.of(Counts.Kind.OUTCOME);
        for (int i = 0; i < outcomes.size(); i++) {
            Map<String, Long> column = outcomes.get(i);
            columns.add(new BarChart.Column(
                    period.stepName(bounds.get(i)),
                    Arrays.stream(Outcome.values())
                            .map(outcome -> column.getOrDefault(outcome.name(), 0L))
                            .toList()));
        }
        String since = bounds.getFirst().toString();
        View view = new View(
                period,
                logs.fleet(clock.instant()),
                figures.isWhole(),
                BarChart.of(Arrays.stream(Outcome.values()).map(Outcome::word).toList(), columns),
                shares(figures.total(Counts.Kind.REASON), since),
                shares(figures.total(Counts.Kind.ALGORITHM), ""),
                Latency.of(figures, period, bounds),
                directory.look(seen -> ExpiryTimeline.of(seen, clock.instant())));
        return Renderer.page(200, output -> JteoverviewGenerated.render(output, null, frame, view));
    }

    private static List<Share> shares(Map<String, Long> counts, String since) {
        long largest = counts.values().stream().mapToLong(Long::longValue).max().orElse(1);
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_SHARES)
                .map(each -> new Share(
                        each.getKey(),
                        each.getValue(),
                        (int) Math.max(1, each.getValue() * 100 / largest),
                        since.isEmpty() || each.getKey().startsWith("(")
                                ? ""
                                : "search" + Parameters.of("since=" + since).with("reason", each.getKey())))
                .toList();
    }

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int MOST_SHARES = 15;
}
