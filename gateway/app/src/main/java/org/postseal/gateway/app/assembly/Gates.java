package org.postseal.gateway.app.assembly;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.postseal.gateway.app.metrics.Families;
import org.postseal.gateway.app.metrics.Families.Point;
import org.postseal.gateway.config.HostPort;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.road.pipeline.CryptoGate;
import org.postseal.gateway.smtp.server.ConnectionPlaces;
import org.postseal.gateway.smtp.server.MailServer;

/**
 * Watches the three gates that defer mail, or make it wait, when there is too much of it: connections, octets in
 * flight, and turns at cryptographic work. Thread-safe.
 *
 * <p>A balancer should send new mail elsewhere before a gate closes. A gate counts as nearly closed from {@link #FULL}
 * of its limit on, until it is below {@link #ROOMY} again, so that one message more or less does not change the answer
 * each time. Octets are judged by the next incoming message, which is deferred before the limit is reached, because the
 * rest is reserved for the copies that are made of messages. Turns have no limit in number, since each belongs to a
 * connection; they are judged by how long somebody has waited.
 */
final class Gates implements MultiCollector {
    private final CryptoGate crypto;
    private final OctetGate octets;
    private final Supplier<List<MailServer>> listeners;
    private final ConnectionPlaces places = ConnectionPlaces.ofProcess();
    private final Mark connectionsMark = new Mark();
    private final Mark octetsMark = new Mark();
    private final Mark cryptoMark = new Mark();

    /** @param listeners gives the listeners that are open, and is asked at each look */
    Gates(CryptoGate crypto, OctetGate octets, Supplier<List<MailServer>> listeners) {
        this.crypto = crypto;
        this.octets = octets;
        this.listeners = listeners;
    }

    /** Says which gates are closed or nearly closed; the result is empty if all have room. */
    synchronized Optional<String> fault() {
        List<String> full = new ArrayList<>();
        double connections = listeners.get().stream()
                .mapToDouble(server -> (double) server.connections() / server.connectionLimit())
                .max()
                .orElse(0);
        connections = Math.max(connections, places.share());
        if (connectionsMark.isFull(connections)) {
            full.add("connections");
        }
        if (octetsMark.isFull(octets.fullness())) {
            full.add("octets in flight");
        }
        if (cryptoMark.isFull((double) crypto.longestWait().toNanos() / LONG_WAIT.toNanos())) {
            full.add("cryptographic work");
        }
        return full.isEmpty() ? Optional.empty() : Optional.of("nearly full: " + String.join(", ", full));
    }

    @Override
    public MetricSnapshots collect() {
        List<Point> connected = new ArrayList<>();
        List<Point> limits = new ArrayList<>();
        for (MailServer server : listeners.get()) {
            String name = HostPort.text(server.address());
            connected.add(new Point(server.connections(), "listener", name));
            limits.add(new Point(server.connectionLimit(), "listener", name));
        }
        return new Families()
                .gauge("postseal_connections", "Connections that a listener has let in and that are open.", connected)
                .gauge("postseal_connections_limit", "Connections that a listener lets in at a time.", limits)
                .gauge(
                        "postseal_octets_in_flight",
                        "Octets that messages under way hold or have announced, and octets of their copies.",
                        new Point(octets.held()))
                .gauge(
                        "postseal_octets_in_flight_limit",
                        "Octets that messages and their copies may hold at a time;"
                                + " incoming messages fill at most half of it.",
                        new Point(octets.limit()))
                .build();
    }

    /** Remembers which of the two marks the share of a gate has passed last. */
    private static final class Mark {
        private boolean isFull;

        boolean isFull(double share) {
            isFull = share >= (isFull ? ROOMY : FULL);
            return isFull;
        }
    }

    private static final double FULL = 0.9;
    private static final double ROOMY = 0.8;
    // This is a tenth of the time that Postfix waits for a filter before its queue (smtpd_proxy_timeout, 100 s).
    private static final Duration LONG_WAIT = Duration.ofSeconds(10);
}
