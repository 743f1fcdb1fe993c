package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import org.postseal.gateway.app.metrics.Families.Point;
import org.postseal.gateway.road.pipeline.CryptoGate;

/** Turns at cryptographic work, as they are when somebody reads. */
record GateMetrics(CryptoGate gate) implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        return new Families()
                .gauge(
                        "postseal_crypto_gate_places",
                        "Messages that may be signed, encrypted or decrypted at a time.",
                        new Point(gate.places()))
                .gauge(
                        "postseal_crypto_gate_busy",
                        "Messages that are being signed, encrypted or decrypted.",
                        new Point(gate.busy()))
                .gauge(
                        "postseal_crypto_gate_waiting",
                        "Messages that wait for their turn at being signed, encrypted or decrypted.",
                        new Point(gate.waiting()))
                .gauge(
                        "postseal_crypto_gate_longest_wait_seconds",
                        "How long the message has waited that has waited longest for that turn.",
                        new Point(gate.longestWait().toNanos() / 1e9))
                .build();
    }
}
