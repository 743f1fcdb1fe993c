package org.postseal.gateway.assembly;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.metrics.Families;
import org.postseal.gateway.metrics.Families.Point;
import org.postseal.gateway.timestamp.StampFolder;

/** How far the audit log is stamped with the time; nothing where nobody is asked to. What stands beside the log is looked at whenever somebody reads the figures: another process makes it. */
record StampMetrics(AuditConfig config) implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        Families families = new Families();
        if (config.timestamp().isPresent()) {
            List<Point> points = new ArrayList<>(List.of(point("mail", config.file())));
            if (!config.adminFile().equals(config.file())) {
                points.add(point("admin", config.adminFile()));
            }
            families.gauge(
                    "postseal_audit_stamped_timestamp_seconds",
                    "When the newest checkpoint of the log was signed that has a time stamp beside it; 0 when none has, or it cannot be read. There with audit.timestamp only.",
                    points);
        }
        return families.build();
    }

    private Point point(String log, Path file) {
        Instant stamped;
        try {
            stamped = new StampFolder(config.stamps())
                    .newest(config.stampName(file))
                    .orElse(Instant.EPOCH);
        } catch (IOException e) {
            // the alert leads to who tells why; here it would be told with every look
            stamped = Instant.EPOCH;
        }
        return new Point(stamped.getEpochSecond(), "log", log);
    }
}
