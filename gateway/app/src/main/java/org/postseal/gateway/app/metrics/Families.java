package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;

/** Collects families of figures as they are at one moment. Confined to one thread. */
public final class Families {
    private final MetricSnapshots.Builder all = MetricSnapshots.builder();

    /**
     * Holds a figure with its labels.
     *
     * @param labels names and values in turn
     */
    public record Point(double value, String... labels) {
        /** Makes a figure of a fact: 1 if it is true, and 0 if not. */
        public static Point of(boolean fact, String... labels) {
            return new Point(fact ? 1 : 0, labels);
        }
    }

    public Families gauge(String name, String help, Point... points) {
        return gauge(name, help, List.of(points));
    }

    public Families gauge(String name, String help, List<Point> points) {
        GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
        points.forEach(point -> family.dataPoint(GaugeDataPointSnapshot.builder()
                .value(point.value())
                .labels(Labels.of(point.labels()))
                .build()));
        all.metricSnapshot(family.build());
        return this;
    }

    /** Adds a counter, whose {@code name} ends in {@code _total}. */
    public Families counter(String name, String help, Point... points) {
        return counter(name, help, List.of(points));
    }

    /** Adds a counter, whose {@code name} ends in {@code _total}. */
    public Families counter(String name, String help, List<Point> points) {
        CounterSnapshot.Builder family = CounterSnapshot.builder().name(name).help(help);
        points.forEach(point -> family.dataPoint(CounterDataPointSnapshot.builder()
                .value(point.value())
                .labels(Labels.of(point.labels()))
                .build()));
        all.metricSnapshot(family.build());
        return this;
    }

    /** Adds a fact in words, whose value is always 1 and whose {@code name} ends in {@code _info}. */
    public Families info(String name, String help, List<String[]> labels) {
        InfoSnapshot.Builder family = InfoSnapshot.builder().name(name).help(help);
        labels.forEach(each -> family.dataPoint(
                InfoDataPointSnapshot.builder().labels(Labels.of(each)).build()));
        all.metricSnapshot(family.build());
        return this;
    }

    public MetricSnapshots build() {
        return all.build();
    }
}
