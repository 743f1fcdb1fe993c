package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.postseal.gateway.app.metrics.GatewayMetrics;
import org.postseal.gateway.app.metrics.MetricsServer;
import org.postseal.gateway.app.metrics.Readiness;
import org.postseal.gateway.app.metrics.Readiness.Part;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.systemd.Vital;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.road.directory.CertificateDirectory;
import org.postseal.gateway.road.directory.Expiry;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.pipeline.PreparationWatch;
import org.postseal.gateway.smtp.server.MailServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a running gateway shows of itself, and to whom. Thread-safe. */
final class Monitoring implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Monitoring.class);

    private final GatewayMetrics metrics = new GatewayMetrics();
    private volatile Supplier<List<MailServer>> listening = List::of;
    private volatile Optional<Gates> gates = Optional.empty();
    private volatile Optional<PreparationWatch> hanging = Optional.empty();
    private volatile boolean isDraining;
    private volatile TlsCertificates tls = TlsCertificates.NONE;
    private volatile Optional<MetricsServer> server = Optional.empty();

    GatewayMetrics metrics() {
        return metrics;
    }

    /**
     * Opens the port, before those for mail. That it cannot be opened is no reason to let mail wait.
     *
     * @param audit as it is, not as it is counted: who asks must not be counted as mail
     * @param journal likewise
     */
    void serve(InetSocketAddress address, AuditLog audit, Journal journal, CertificateDirectory directory) {
        Readiness readiness = new Readiness(List.of(
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
                    directory.requireOpenable();
                    return Optional.empty();
                }),
                new Part("gates", () -> gates.flatMap(Gates::fault)),
                new Part("preparation", () -> hanging.flatMap(PreparationWatch::fault))));
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

    /** When what is shown in TLS ceases to be valid, of the configuration in force. */
    List<Expiry> tls(Instant now) {
        return tls.at(now);
    }

    /** Reads when that is. */
    void showing(GatewayConfig config) {
        tls = TlsCertificates.of(config);
    }

    /** Where it is served; empty when it is not. */
    Optional<InetSocketAddress> address() {
        return server.map(MetricsServer::address);
    }

    /** Everything is open; asked again and again, since others may take their place. */
    void listening(Supplier<List<MailServer>> servers) {
        listening = servers;
    }

    /** What has to have room. */
    void watch(Gates watched) {
        gates = Optional.of(watched);
        metrics.watch(watched);
    }

    /** What hangs, and is to be too much at some time. */
    void watch(PreparationWatch watched) {
        hanging = Optional.of(watched);
        metrics.watch(watched);
    }

    /** From now on it is not ready, so that nobody is sent here any more. */
    void draining() {
        isDraining = true;
    }

    /** What systemd's watchdog is about. A disk that is full is no hang, nor is it that nobody is let in any more before the stop. */
    List<Vital> vital(AuditLog audit, Journal journal) {
        return List.of(
                new Vital("listeners", () -> isDraining ? Optional.empty() : listeners()),
                new Vital("preparation", () -> hanging.flatMap(PreparationWatch::fault)),
                new Vital("audit log", () -> {
                    audit.requireAnswer();
                    return Optional.empty();
                }),
                new Vital("journal", () -> {
                    journal.requireAnswer();
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
