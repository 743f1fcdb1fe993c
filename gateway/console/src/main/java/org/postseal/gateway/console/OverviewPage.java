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
import java.util.function.UnaryOperator;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.console.http.Page;

/** Shows in figures and charts what became of the mail of a period. */
public final class OverviewPage {
    private final GatewayConfig config;
    private final LogsInView logs;
    private final DirectoryInView directory;
    private final InstantSource clock;

    OverviewPage(GatewayConfig config, LogsInView logs, DirectoryInView directory, InstantSource clock) {
        this.config = config;
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
            GatewayState gateway,
            FleetInView fleet,
            boolean isWhole,
            Figures figures,
            Latency latency,
            ExpiryTimeline expiries) {
        public List<Period> periods() {
            return List.of(Period.values());
        }
    }

    /**
     * Holds what became of mail.
     *
     * @param clear mail that left the house neither signed nor encrypted, by domain
     * @param closed mail that was not opened, by the cause
     */
    public record Figures(
            BarChart outcomes, List<Share> reasons, List<Share> algorithms, List<Share> clear, List<Share> closed) {}

    /**
     * Shows a figure beside others.
     *
     * @param percent its share of the largest figure, which is the length of its bar
     * @param link a link to records; empty if there is none
     * @param help a link to what can be done about it; empty if there is none
     */
    public record Share(String name, long count, int percent, String link, String help) {
        Share named(String words, String link, String help) {
            return new Share(words, count, percent, link, help);
        }
    }

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
                GatewayState.now(config, logs),
                logs.fleet(clock.instant()),
                figures.isWhole(),
                new Figures(
                        BarChart.of(
                                Arrays.stream(Outcome.values())
                                        .map(Outcome::word)
                                        .toList(),
                                columns),
                        shares(figures, Counts.Kind.REASON, each -> reason(each, since)),
                        shares(figures, Counts.Kind.ALGORITHM, UnaryOperator.identity()),
                        shares(
                                figures,
                                Counts.Kind.CLEAR,
                                each -> each.named(each.name(), search(since, "address", each.name()), "")),
                        shares(
                                figures,
                                Counts.Kind.CLOSED,
                                each -> each.named(InWords.closed(each.name()), "", InWords.help(NOT_OPENED)))),
                Latency.of(figures, period, bounds),
                directory.look(seen -> ExpiryTimeline.of(seen, clock.instant())));
        return Renderer.page(200, output -> JteoverviewGenerated.render(output, null, frame, view));
    }

    private static Share reason(Share counted, String since) {
        return counted.named(
                InWords.title(counted.name()),
                search(since, "reason", counted.name()),
                InWords.meaning(counted.name()).isEmpty() ? "" : InWords.help(counted.name()));
    }

    private static String search(String since, String name, String value) {
        return "search" + Parameters.of("since=" + since).with(name, value);
    }

    /** @param shown gives names and links to what is not in brackets, such as the sum of all others */
    private static List<Share> shares(LogCounts.View figures, Counts.Kind kind, UnaryOperator<Share> shown) {
        Map<String, Long> counts = figures.total(kind);
        long largest = counts.values().stream().mapToLong(Long::longValue).max().orElse(1);
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_SHARES)
                .map(each -> new Share(
                        each.getKey(), each.getValue(), (int) Math.max(1, each.getValue() * 100 / largest), "", ""))
                .map(each -> each.name().startsWith("(") ? each : shown.apply(each))
                .toList();
    }

    private static final String NOT_OPENED = "mail-that-is-delivered-as-it-came";
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int MOST_SHARES = 15;
}
