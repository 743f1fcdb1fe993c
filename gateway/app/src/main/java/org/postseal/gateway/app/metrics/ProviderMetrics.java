package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import org.postseal.certstore.provider.ProviderReport;
import org.postseal.gateway.app.metrics.Families.Point;

/** Who does the cryptographic operations: what {@code postseal check} prints. It is settled when the process starts. */
final class ProviderMetrics {
    private ProviderMetrics() {}

    static void register(PrometheusRegistry registry) {
        MetricSnapshots settled = of(ProviderReport.now());
        registry.register(() -> settled);
    }

    private static MetricSnapshots of(ProviderReport report) {
        return new Families()
                .info(
                        "postseal_crypto_provider_info",
                        "Which provider does a cryptographic operation; none where nobody can.",
                        report.choices().stream()
                                .map(choice -> new String[] {
                                    "operation", choice.operation().word(),
                                    "algorithm", choice.algorithm(),
                                    "provider", choice.provider().orElse("none")
                                })
                                .toList())
                .gauge(
                        "postseal_crypto_native_refused",
                        "Operations of the native provider that failed their self-test and are left to Java.",
                        List.of(new Point(report.complaints().size())))
                .build();
    }
}
