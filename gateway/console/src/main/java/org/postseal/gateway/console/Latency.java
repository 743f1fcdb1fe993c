package org.postseal.gateway.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Says how long messages took during a period.
 *
 * @param chart the time of the whole message, over the period
 * @param stages the stages in the order in which a message passes them
 * @param untimed the number of messages whose records do not say how long they took
 */
public record Latency(LineChart chart, List<Stage> stages, long untimed) {
    public record Stage(String name, long count, String median, String ninety, String ninetyNine) {}

    static Latency of(LogCounts.View figures, Period period, List<Instant> bounds) {
        List<LineChart.Column> columns = new ArrayList<>();
        Map<String, Durations> all = new HashMap<>();
        for (int i = 0; i < figures.times().size(); i++) {
            Map<String, Durations> times = figures.times().get(i);
            times.forEach((name, some) ->
                    all.computeIfAbsent(name, _ -> new Durations()).add(some));
            Durations whole = times.getOrDefault(Counts.WHOLE, new Durations());
            columns.add(new LineChart.Column(
                    period.stepName(bounds.get(i)),
                    whole.count(),
                    whole.count() == 0
                            ? List.of()
                            : SHARES.stream().map(whole::quantile).toList()));
        }
        return new Latency(
                LineChart.of(NAMES, columns),
                stages(all),
                figures.total(Counts.Kind.MESSAGE).getOrDefault(Counts.UNTIMED, 0L));
    }

    private static List<Stage> stages(Map<String, Durations> all) {
        List<String> names = new ArrayList<>(ROAD);
        // A newer version than this program may record stages that are not listed here.
        new TreeSet<>(all.keySet())
                .stream().filter(name -> !ROAD.contains(name)).forEach(names::add);
        names.remove(Counts.WHOLE);
        names.addFirst(Counts.WHOLE);
        List<Stage> stages = new ArrayList<>();
        for (String name : names) {
            Durations durations = all.get(name);
            if (durations != null) {
                stages.add(new Stage(
                        name.equals(Counts.WHOLE) ? "whole message" : name,
                        durations.count(),
                        Durations.text(durations.quantile(0.5)),
                        Durations.text(durations.quantile(0.9)),
                        Durations.text(durations.quantile(0.99))));
            }
        }
        return stages;
    }

    /**
     * Holds the shares for which the chart has a line: each shows the time within which this share of all messages was
     * done.
     */
    private static final List<Double> SHARES = List.of(0.5, 0.9, 0.99);

    private static final List<String> NAMES = List.of("half (p50)", "9 of 10 (p90)", "99 of 100 (p99)");
    private static final List<String> ROAD =
            List.of("intake", "guard", "inspect", "open", "facts", "decide", "split", "seal", "deliver");
}
