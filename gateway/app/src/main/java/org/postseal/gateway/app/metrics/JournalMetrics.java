package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/** Measures the steps of the journal and counts those that fail. Thread-safe. */
final class JournalMetrics {
    private final Histogram durations;
    private final Counter failures;

    JournalMetrics(PrometheusRegistry registry) {
        durations = Registration.durations(
                registry,
                "postseal_journal_duration_seconds",
                "Time of one step: claim (read, and wait for a message with the same key),"
                        + " prepare (noted) and settle (noted, and on disk if another copy follows).",
                "step");
        List.of(CLAIM, PREPARE, SETTLE).forEach(durations::initLabelValues);
        failures = Registration.counter(
                registry,
                "postseal_journal_failures_total",
                "Steps of the journal that failed; mail is deferred then.");
    }

    void took(String step, long nanoseconds) {
        durations.labelValues(step).observe(Registration.seconds(nanoseconds));
    }

    void failed() {
        failures.inc();
    }

    static final String CLAIM = "claim";
    static final String PREPARE = "prepare";
    static final String SETTLE = "settle";
}
