package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.stream.Stream;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.gateway.app.metrics.Families.Point;

/** Cryptographic operations on mail in this process. */
final class CryptoMetrics implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        return new Families()
                .counter(
                        "postseal_crypto_operations_total",
                        "Cryptographic operations on mail, by the provider that was asked: it did it (done), or did not (failed); a signature that is wrong, or a content that does not open, is no failure. The provider is none where the key is away, or nobody can.",
                        CryptoCount.readings().stream()
                                .flatMap(CryptoMetrics::points)
                                .toList())
                .build();
    }

    private static Stream<Point> points(CryptoCount.Reading reading) {
        Point failed = point(reading, reading.failed(), "failed");
        return reading.isByNobody() ? Stream.of(failed) : Stream.of(point(reading, reading.done(), "done"), failed);
    }

    private static Point point(CryptoCount.Reading reading, long value, String result) {
        return new Point(
                value,
                "operation",
                reading.operation().word(),
                "algorithm",
                reading.algorithm(),
                "provider",
                reading.provider(),
                "result",
                result);
    }
}
