package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/** How the journal is doing. Thread-safe. */
final class JournalMetrics {
    private final Histogram durations;
    private final Counter failures;

    JournalMetrics(PrometheusRegistry registry) {
        durations = Histogram.builder()
                .name("postseal_journal_duration_seconds")
                .help(
                        "Time of one step: claim (read, and wait for who has the same), prepare and settle (written to disk).")
                .labelNames("step")
                .classicOnly()
                .classicUpperBounds(RoadMetrics.BOUNDS)
                .withoutExemplars()
                .register(registry);
        List.of(CLAIM, PREPARE, SETTLE).forEach(durations::initLabelValues);
        failures = Counter.builder()
                .name("postseal_journal_failures_total")
                .help("Steps of the journal that failed; mail is deferred then.")
                .withoutExemplars()
                .register(registry);
    }

    void took(String step, long nanoseconds) {
        durations.labelValues(step).observe(RoadMetrics.seconds(nanoseconds));
    }

    void failed() {
        failures.inc();
    }

    static final String CLAIM = "claim";
    static final String PREPARE = "prepare";
    static final String SETTLE = "settle";
}
