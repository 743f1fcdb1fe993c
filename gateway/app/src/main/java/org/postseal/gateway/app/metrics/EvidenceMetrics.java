package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import org.postseal.gateway.app.metrics.Families.Point;
import org.postseal.gateway.audit.ArchiveState;
import org.postseal.gateway.audit.AuditLog;

/** How the keeping of what records rely on fares. */
record EvidenceMetrics(AuditLog log) implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        ArchiveState state = log.evidence().orElse(new ArchiveState(0, 0));
        return new Families()
                .counter(
                        "postseal_audit_evidence_total",
                        "Revocation lists, responses, certificates and texts of policies that records rely on, by whether they were kept beside the audit log (kept) or could not be (lost).",
                        new Point(state.kept(), "result", "kept"),
                        new Point(state.lost(), "result", "lost"))
                .build();
    }
}
