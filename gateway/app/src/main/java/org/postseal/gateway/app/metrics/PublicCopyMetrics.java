package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.postseal.gateway.app.metrics.Families.Point;
import org.postseal.gateway.road.directory.PublicCopyState;

/** How old what the console shows of the certificates is, where a copy for it is written. */
record PublicCopyMetrics(Supplier<Optional<PublicCopyState>> states) implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        List<PublicCopyState> state = states.get().stream().toList();
        return new Families()
                .gauge(
                        "postseal_directory_public_copy_timestamp_seconds",
                        "When the copy of the certificates for the console (directory.publicCopy) was last written; 0 when it was not since the start.",
                        state.stream()
                                .map(copy -> new Point(copy.written()
                                        .map(time -> time.toEpochMilli() / 1e3)
                                        .orElse(0.0)))
                                .toList())
                .gauge(
                        "postseal_directory_public_copy_failing",
                        "1 when the copy of the certificates for the console could not be written at the last attempt: it shows an older one.",
                        state.stream().map(copy -> Point.of(copy.isFailing())).toList())
                .build();
    }
}
