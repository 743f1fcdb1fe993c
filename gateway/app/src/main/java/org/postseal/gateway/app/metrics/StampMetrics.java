package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import org.postseal.gateway.app.metrics.Families.Point;
import org.postseal.gateway.app.timestamp.NewestStamps;

/** How far the audit log is stamped with the time, where somebody is set to stamp it. */
record StampMetrics(NewestStamps stamps) implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        return new Families()
                .gauge(
                        "postseal_audit_stamp_timestamp_seconds",
                        "When the stamp was made (RFC 3161) that covers most of the log, as it says; 0 when there is none that can be read. Only where audit.timestamp was set at the start.",
                        stamps.newest().stream()
                                .map(newest -> new Point(
                                        newest.time()
                                                .map(time -> time.toEpochMilli() / 1e3)
                                                .orElse(0.0),
                                        "log",
                                        newest.log()))
                                .toList())
                .build();
    }
}
