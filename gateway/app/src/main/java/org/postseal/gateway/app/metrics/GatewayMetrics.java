package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.postseal.certstore.provider.ProviderReport;
import org.postseal.gateway.app.timestamp.NewestStamps;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.road.directory.CertificateDirectory;
import org.postseal.gateway.road.directory.Expiry;
import org.postseal.gateway.road.fleet.Membership;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.pipeline.CryptoGate;
import org.postseal.gateway.road.pipeline.PreparationWatch;
import org.postseal.gateway.road.pipeline.StageObserver;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.server.MessageReceiver;

/**
 * Holds the figures of one gateway. Counting costs an addition; everything else is done when somebody reads them.
 * Thread-safe.
 */
public final class GatewayMetrics {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final RoadMetrics road = new RoadMetrics(registry);
    private final AuditMetrics audit = new AuditMetrics(registry);
    private final JournalMetrics journal = new JournalMetrics(registry);

    /** Begins with the families that need nothing but the process. */
    public GatewayMetrics() {
        Info.builder()
                .name("postseal_build_info")
                .help("Version of Postseal and of the Java that runs it.")
                .labelNames("version", "java")
                .register(registry)
                .setLabelValues(
                        Objects.requireNonNullElse(
                                GatewayMetrics.class.getPackage().getImplementationVersion(), "development"),
                        Runtime.version().toString());
        // The providers do not change after the process has started, so they are read once.
        MetricSnapshots providers = Snapshots.providers(ProviderReport.now());
        registry.register(() -> providers);
        registry.register(Snapshots::operations);
        registry.register(Snapshots::batches);
        registry.register(Snapshots::caches);
    }

    /** Adds memory, garbage collection, threads and buffers of the JVM, and what the system knows of the process. */
    public void watchJvm() {
        JvmMemoryMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        JvmBufferPoolMetrics.builder().register(registry);
        ProcessMetrics.builder().register(registry);
    }

    /** Adds figures about the turns at cryptographic work. */
    public void watch(CryptoGate gate) {
        registry.register(() -> Snapshots.gate(gate));
    }

    /** Adds figures about messages that hang. */
    public void watch(PreparationWatch watch) {
        registry.register(() -> Snapshots.orphans(watch));
    }

    /**
     * Adds figures about the sources of certificates and keys, and about expiry dates.
     *
     * @param tls gives the certificates that are shown in TLS at the moment
     */
    public void watch(CertificateDirectory directory, Supplier<List<Expiry>> tls) {
        registry.register(new DirectoryMetrics(directory, tls));
    }

    /** Adds figures about how far the log is signed, and about the state of its copy and of the evidence beside it. */
    public void watch(AuditLog log) {
        registry.register(() -> Snapshots.auditLog(log));
    }

    /** Adds figures about the fleet. */
    public void watch(Membership membership) {
        registry.register(() -> Snapshots.fleet(membership));
    }

    /** Adds figures about how far the log is stamped with the time. */
    public void watch(NewestStamps stamps) {
        registry.register(() -> Snapshots.stamps(stamps));
    }

    /** Adds a part that is asked for its figures when somebody reads them. */
    public void watch(MultiCollector part) {
        registry.register(part);
    }

    public PrometheusRegistry registry() {
        return registry;
    }

    /** Returns the observer that is told how long the stages of a message took. */
    public StageObserver stages() {
        return road;
    }

    /** Returns a receiver that counts what comes in. */
    public MessageReceiver metered(MessageReceiver receiver) {
        return new MeteredReceiver(receiver, road);
    }

    /** Returns a next hop that measures what goes out. */
    public NextHop metered(NextHop nextHop) {
        return new MeteredNextHop(nextHop, road);
    }

    /** Returns a log that counts what is recorded. */
    public AuditLog metered(AuditLog log) {
        return new MeteredAuditLog(log, audit);
    }

    /** Returns a journal that measures its steps. */
    public Journal metered(Journal kept) {
        return new MeteredJournal(kept, journal);
    }
}
