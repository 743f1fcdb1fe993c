package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.postseal.gateway.app.timestamp.NewestStamps;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.road.directory.CertificateDirectory;
import org.postseal.gateway.road.directory.Expiry;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.pipeline.CryptoGate;
import org.postseal.gateway.road.pipeline.PreparationWatch;
import org.postseal.gateway.road.pipeline.StageObserver;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.server.MessageReceiver;

/** The figures of one gateway. Thread-safe; counting costs an addition, everything else is done when somebody reads. */
public final class GatewayMetrics {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final RoadMetrics road = new RoadMetrics(registry);
    private final AuditMetrics audit = new AuditMetrics(registry);
    private final JournalMetrics journal = new JournalMetrics(registry);

    /** With what is known of the process. */
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
        ProviderMetrics.register(registry);
        registry.register(new CryptoMetrics());
        registry.register(new CacheMetrics());
    }

    /** Memory, garbage collection, threads and buffers of the JVM, and the process. */
    public void watchJvm() {
        JvmMemoryMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        JvmBufferPoolMetrics.builder().register(registry);
        ProcessMetrics.builder().register(registry);
    }

    /** Turns at cryptographic work. */
    public void watch(CryptoGate gate) {
        registry.register(new GateMetrics(gate));
    }

    /** Messages that hang. */
    public void watch(PreparationWatch watch) {
        registry.register(new PreparationMetrics(watch));
    }

    /**
     * Certificates and keys.
     *
     * @param tls certificates that are shown in TLS, as of the moment when it is asked
     */
    public void watch(CertificateDirectory directory, Supplier<List<Expiry>> tls) {
        registry.register(new DirectoryMetrics(directory, tls));
        registry.register(new PublicCopyMetrics(directory::publicCopy));
    }

    /** How far it is signed, and how its copy and what its records rely on fare. */
    public void watch(AuditLog log) {
        registry.register(new ChainMetrics(log));
        registry.register(new CopyMetrics(log));
        registry.register(new EvidenceMetrics(log));
    }

    /** How far it is stamped with the time. */
    public void watch(NewestStamps stamps) {
        registry.register(new StampMetrics(stamps));
    }

    /** Figures of a part that is asked when somebody reads. */
    public void watch(MultiCollector part) {
        registry.register(part);
    }

    /** What is served. */
    public PrometheusRegistry registry() {
        return registry;
    }

    /** Is told by the road how long its stages took. */
    public StageObserver stages() {
        return road;
    }

    /** Counts what comes in. */
    public MessageReceiver metered(MessageReceiver receiver) {
        return new MeteredReceiver(receiver, road);
    }

    /** Measures what goes out. */
    public NextHop metered(NextHop nextHop) {
        return new MeteredNextHop(nextHop, road);
    }

    /** Counts what is recorded. */
    public AuditLog metered(AuditLog log) {
        return new MeteredAuditLog(log, audit);
    }

    /** Measures the journal. */
    public Journal metered(Journal kept) {
        return new MeteredJournal(kept, journal);
    }
}
