package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import org.postseal.gateway.app.metrics.Families.Point;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.CopyState;

/** How the copy of the audit log fares; nothing was sent where there is none. */
record CopyMetrics(AuditLog log) implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        CopyState state = log.copy().orElse(new CopyState(0, 0, 0));
        return new Families()
                .counter(
                        "postseal_audit_copy_records_total",
                        "Records for copies of the audit log (audit.copy and audit.journald together), by whether they were handed over (sent) or were not (lost).",
                        new Point(state.sent(), "result", "sent"),
                        new Point(state.lost(), "result", "lost"))
                .gauge(
                        "postseal_audit_copy_waiting",
                        "Records that are still to be handed over for copies of the audit log.",
                        new Point(state.waiting()))
                .build();
    }
}
