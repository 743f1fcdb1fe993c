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

/** Counts the messages that are handled, and measures how long they take. Thread-safe. */
final class RoadMetrics implements StageObserver {
    private final Counter messages;
    private final Counter octets;
    private final Histogram durations;
    private final Map<Stage, DistributionDataPoint> stages = new EnumMap<>(Stage.class);
    private final DistributionDataPoint sending;

    RoadMetrics(PrometheusRegistry registry) {
        messages = Registration.counter(
                registry,
                "postseal_messages_total",
                "Messages received to their end, whatever became of them.",
                "protocol",
                "role");
        octets = Registration.counter(
                registry,
                "postseal_message_bytes_total",
                "Octets of messages received to their end.",
                "protocol",
                "role");
        // A family without samples is not shown, and nobody could then tell "none yet" from "no such family".
        for (Peer.Protocol protocol : Peer.Protocol.values()) {
            for (Peer.Role role : Peer.Role.values()) {
                messages.initLabelValues(word(protocol), word(role));
                octets.initLabelValues(word(protocol), word(role));
            }
        }
        durations = Registration.durations(
                registry, "postseal_message_duration_seconds", "From the last octet of a message to its replies.");
        Histogram byStage = Registration.durations(
                registry,
                "postseal_stage_duration_seconds",
                "Time of one stage: intake, guard, inspect, split and deliver (a message),"
                        + " open and decide (a recipient), facts (a question to the directory),"
                        + " seal (a copy), send (a transaction with the next hop).",
                "stage");
        for (Stage stage : Stage.values()) {
            stages.put(stage, byStage.labelValues(stage.word()));
        }
        sending = byStage.labelValues("send");
    }

    @Override
    public void took(Stage stage, long nanoseconds) {
        Objects.requireNonNull(stages.get(stage)).observe(Registration.seconds(nanoseconds));
    }

    void received(Peer peer, long size) {
        messages.labelValues(word(peer.protocol()), word(peer.role())).inc();
        octets.labelValues(word(peer.protocol()), word(peer.role())).inc(size);
    }

    void answered(long nanoseconds) {
        durations.observe(Registration.seconds(nanoseconds));
    }

    void sent(long nanoseconds) {
        sending.observe(Registration.seconds(nanoseconds));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
