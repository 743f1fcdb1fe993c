package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Registers the families that are counted as things happen. */
final class Registration {
    private Registration() {}

    static Counter counter(PrometheusRegistry registry, String name, String help, String... labels) {
        return Counter.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    /**
     * Registers a histogram of seconds. Its range goes from a decision in microseconds to the time after which an
     * upstream gives up.
     */
    static Histogram durations(PrometheusRegistry registry, String name, String help, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(0.0001, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
                .withoutExemplars()
                .register(registry);
    }

    static double seconds(long nanoseconds) {
        return nanoseconds / 1e9;
    }
}
