package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.road.pipeline.StageObserver;

/** What comes along the road, and how long it takes. Thread-safe. */
final class RoadMetrics implements StageObserver {
    private final Counter messages;
    private final Counter octets;
    private final Histogram durations;
    private final Map<Stage, DistributionDataPoint> stages = new EnumMap<>(Stage.class);
    private final DistributionDataPoint sending;

    RoadMetrics(PrometheusRegistry registry) {
        messages = Counter.builder()
                .name("postseal_messages_total")
                .help("Messages received to their end, whatever became of them.")
                .labelNames("protocol", "role")
                .withoutExemplars()
                .register(registry);
        octets = Counter.builder()
                .name("postseal_message_bytes_total")
                .help("Octets of messages received to their end.")
                .labelNames("protocol", "role")
                .withoutExemplars()
                .register(registry);
        // A family without samples is not shown, and nobody could tell "none yet" from "none such"
        for (Peer.Protocol protocol : Peer.Protocol.values()) {
            for (Peer.Role role : Peer.Role.values()) {
                messages.initLabelValues(word(protocol), word(role));
                octets.initLabelValues(word(protocol), word(role));
            }
        }
        durations = Histogram.builder()
                .name("postseal_message_duration_seconds")
                .help("From the last octet of a message to its replies.")
                .classicOnly()
                .classicUpperBounds(BOUNDS)
                .withoutExemplars()
                .register(registry);
        Histogram byStage = Histogram.builder()
                .name("postseal_stage_duration_seconds")
                .help(
                        "Time of one stage: intake, guard, inspect, split and deliver (a message), open and decide (a recipient), facts (a question to the directory), seal (a copy), send (a transaction with the next hop).")
                .labelNames("stage")
                .classicOnly()
                .classicUpperBounds(BOUNDS)
                .withoutExemplars()
                .register(registry);
        for (Stage stage : Stage.values()) {
            stages.put(stage, byStage.labelValues(stage.word()));
        }
        sending = byStage.labelValues("send");
    }

    @Override
    public void took(Stage stage, long nanoseconds) {
        Objects.requireNonNull(stages.get(stage)).observe(seconds(nanoseconds));
    }

    void received(Peer peer, long size) {
        messages.labelValues(word(peer.protocol()), word(peer.role())).inc();
        octets.labelValues(word(peer.protocol()), word(peer.role())).inc(size);
    }

    void answered(long nanoseconds) {
        durations.observe(seconds(nanoseconds));
    }

    void sent(long nanoseconds) {
        sending.observe(seconds(nanoseconds));
    }

    static double seconds(long nanoseconds) {
        return nanoseconds / 1e9;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** From a decision in microseconds to an upstream that gives up. */
    static final double[] BOUNDS = {0.0001, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300
    };
}
