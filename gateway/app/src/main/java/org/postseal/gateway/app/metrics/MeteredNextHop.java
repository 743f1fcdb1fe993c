package org.postseal.gateway.app.metrics;

import java.util.List;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.gateway.smtp.client.OutgoingEnvelope;

/** Measures the transactions of a next hop. */
record MeteredNextHop(NextHop nextHop, RoadMetrics metrics) implements NextHop {
    @Override
    public List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing) {
        return send(unit, envelope, allOrNothing, Acceptance.unheard());
    }

    @Override
    public List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing, Acceptance acceptance) {
        long start = System.nanoTime();
        try {
            return nextHop.send(unit, envelope, allOrNothing, acceptance);
        } finally {
            metrics.sent(System.nanoTime() - start);
        }
    }

    @Override
    public OpenedPassage forOpened(NextHopConfig.Way way, boolean needsSmtpUtf8) {
        return nextHop.forOpened(way, needsSmtpUtf8);
    }

    @Override
    public void close() {
        nextHop.close();
    }
}
