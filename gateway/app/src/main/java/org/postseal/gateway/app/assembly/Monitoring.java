package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.postseal.gateway.app.metrics.GatewayMetrics;
import org.postseal.gateway.app.metrics.MetricsServer;
import org.postseal.gateway.app.metrics.Readiness;
import org.postseal.gateway.app.metrics.Readiness.Part;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.systemd.Vital;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.road.directory.Expiry;
import org.postseal.gateway.road.fleet.Membership;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.pipeline.PreparationWatch;
import org.postseal.gateway.smtp.server.MailServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the figures and the health of a running gateway over HTTP, and tells systemd's watchdog that it is alive.
 * Thread-safe.
 */
final class Monitoring implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Monitoring.class);

    private final GatewayMetrics metrics = new GatewayMetrics();
    private volatile Supplier<List<MailServer>> listening = List::of;
    private volatile Optional<Gates> gates = Optional.empty();
    private volatile Optional<PreparationWatch> hanging = Optional.empty();
    private volatile boolean isDraining;
    private volatile TlsCertificates tls = TlsCertificates.NONE;
    private volatile Readiness readiness = new Readiness(List.of());
    private volatile Optional<MetricsServer> server = Optional.empty();

    GatewayMetrics metrics() {
        return metrics;
    }

    /**
     * Says which parts a message needs.
     *
     * @param audit the log itself, without the wrapper that counts: a question about health must not count as mail
     * @param journal the journal itself, without the wrapper that counts
     */
    void needing(AuditLog audit, Journal journal, Setup setup, Optional<Membership> membership) {
        List<Part> parts = new ArrayList<>(List.of(
                new Part("listeners", this::listeners),
                new Part("audit log", () -> {
                    audit.requireWritable();
                    return Optional.empty();
                }),
                new Part("journal", () -> {
                    journal.requireWritable();
                    return Optional.empty();
                }),
                new Part("key store", () -> {
                    setup.directory().requireOpenable();
                    return Optional.empty();
                }),
                new Part("policy", () -> setup.shared().flatMap(FleetPolicy::fault)),
                new Part("gates", () -> gates.flatMap(Gates::fault)),
                new Part("preparation", () -> hanging.flatMap(PreparationWatch::fault))));
        membership.ifPresent(member ->
                parts.add(new Part("fleet", () -> member.fault().map(Monitoring::word))));
        readiness = new Readiness(parts);
    }

    private static String word(Membership.Fault fault) {
        return fault.kind().name().toLowerCase(Locale.ROOT);
    }

    /** Opens the port for figures and health, before the ports for mail. If it cannot be, mail goes on without it. */
    void serve(InetSocketAddress address) {
        metrics.watchJvm();
        try {
            server = Optional.of(MetricsServer.start(address, metrics.registry(), readiness));
        } catch (IOException e) {
            LOG.error(
                    "metrics and health are not served, mail flows without: cannot listen on {} port {}: {}",
                    address.getAddress().getHostAddress(),
                    address.getPort(),
                    e.getMessage());
        }
    }

    /** Says why the gateway is not ready; the result is empty if it is. It may wait. */
    Optional<String> fault() {
        return Optional.of(String.join(", ", readiness.faults())).filter(text -> !text.isEmpty());
    }

    /** Returns the expiry dates of the TLS certificates of the configuration in force. */
    List<Expiry> tls(Instant now) {
        return tls.at(now);
    }

    /** Reads the TLS certificates of this configuration, and shows their expiry from now on. */
    void showing(GatewayConfig config) {
        tls = TlsCertificates.of(config);
    }

    /** Returns the address of the port; the result is empty if it could not be opened or is not configured. */
    Optional<InetSocketAddress> address() {
        return server.map(MetricsServer::address);
    }

    /** Says that all listeners are open. They are asked for at each look, since a reload may replace them. */
    void listening(Supplier<List<MailServer>> servers) {
        listening = servers;
    }

    /** Watches the gates. The gateway is ready only if they have room. */
    void watch(Gates watched) {
        gates = Optional.of(watched);
        metrics.watch(watched);
    }

    /** Watches for messages that hang. With too many of them, the gateway is not healthy. */
    void watch(PreparationWatch watched) {
        hanging = Optional.of(watched);
        metrics.watch(watched);
    }

    /** From now on, says that the gateway is not ready, so that balancers send no more mail here. */
    void draining() {
        isDraining = true;
    }

    /**
     * Returns the parts that systemd's watchdog watches. A full disk is no hang, and neither are listeners that accept
     * nobody before the stop.
     */
    List<Vital> vital(AuditLog audit) {
        return List.of(
                new Vital("listeners", () -> isDraining ? Optional.empty() : listeners()),
                new Vital("preparation", () -> hanging.flatMap(PreparationWatch::fault)),
                new Vital("audit log", () -> {
                    audit.force();
                    return Optional.empty();
                }));
    }

    private Optional<String> listeners() {
        if (isDraining) {
            return Optional.of("draining");
        }
        List<MailServer> servers = listening.get();
        return servers.isEmpty() || !servers.stream().allMatch(MailServer::isAccepting)
                ? Optional.of("not open")
                : Optional.empty();
    }

    @Override
    public void close() {
        server.ifPresent(MetricsServer::close);
    }
}
