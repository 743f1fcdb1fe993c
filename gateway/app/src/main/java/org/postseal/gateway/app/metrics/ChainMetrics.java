package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import org.postseal.gateway.app.metrics.Families.Point;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.ChainState;

/** How far the audit log is signed. */
record ChainMetrics(AuditLog log) implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        List<ChainState> chains = log.chains();
        return new Families()
                .gauge(
                        "postseal_audit_checkpoint_timestamp_seconds",
                        "When the chain of the log was last signed; when it was opened, as long as it was not.",
                        chains.stream()
                                .map(chain -> new Point(chain.signed().getEpochSecond(), "log", chain.log()))
                                .toList())
                .gauge(
                        "postseal_audit_unsigned_records",
                        "Records of the log since its chain was last signed.",
                        chains.stream()
                                .map(chain -> new Point(chain.unsigned(), "log", chain.log()))
                                .toList())
                .build();
    }
}
