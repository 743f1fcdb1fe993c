package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import org.postseal.gateway.app.metrics.Families.Point;
import org.postseal.gateway.road.pipeline.PreparationWatch;

/** Messages that hang, as they are when somebody reads. */
record PreparationMetrics(PreparationWatch watch) implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        return new Families()
                .gauge(
                        "postseal_preparation_orphans",
                        "Threads of messages that hung and were given up, and that are still there.",
                        new Point(watch.orphans()))
                .gauge(
                        "postseal_preparation_orphans_limit",
                        "So many of them are too many: not ready, and ended by systemd's watchdog.",
                        new Point(PreparationWatch.MOST_ORPHANS))
                .build();
    }
}
