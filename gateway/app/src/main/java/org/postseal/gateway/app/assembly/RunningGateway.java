package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.postseal.certstore.key.batch.RsaBatches;
import org.postseal.gateway.app.metrics.GatewayMetrics;
import org.postseal.gateway.app.timestamp.NewestStamps;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.systemd.Vital;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.road.fleet.Membership;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.pipeline.CryptoGate;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.server.MailServer;
import org.postseal.gateway.smtp.server.MessageReceiver;

/** Runs a gateway with open sockets. Thread-safe. */
public final class RunningGateway implements AutoCloseable {
    private final Assembly assembly;
    private final Journal journal;
    private final Books books;
    private final AuditLog audit;
    private final RsaBatches batches;
    private final SwitchableReceiver receiver;
    private final Monitoring monitoring;
    private final Listeners listeners;
    private final Set<HopsInUse> retired = ConcurrentHashMap.newKeySet();
    private final AtomicReference<PolicyState> policyState;
    private volatile HopsInUse hops;

    private RunningGateway(Assembly assembly, Setup setup, Books books, NextHop nextHop, Monitoring monitoring) {
        GatewayMetrics metrics = monitoring.metrics();
        this.assembly = assembly;
        this.monitoring = monitoring;
        this.journal = metrics.metered(books.journal());
        this.books = books;
        this.audit = metrics.metered(books.audit());
        this.batches = batches(setup.config(), assembly.gate());
        this.hops = new HopsInUse(nextHop, assembly.delivery(setup.config(), nextHop, journal));
        this.receiver = new SwitchableReceiver(road(setup, hops), hops);
        this.listeners = new Listeners(
                assembly,
                monitoring.metrics().metered(new GuardedReceiver(journal.suspects(), receiver)),
                setup.config().limits());
        this.policyState = new AtomicReference<>(PolicyState.started(setup, CLOCK.instant()));
    }

    /**
     * Opens everything, the listeners last.
     *
     * @throws CannotListenException if a socket is taken or forbidden; then everything is closed again
     * @throws IOException if the audit log, the journal, a TLS key or the like cannot be opened; then everything is
     * closed again
     */
    // The gateway owns each part, and its close() closes them.
    @SuppressWarnings({"resource", "MustBeClosedChecker"})
    public static RunningGateway start(Assembly assembly, Setup setup) throws IOException {
        GatewayConfig config = setup.config();
        Monitoring monitoring = new Monitoring();
        Books books = Books.open(assembly, config);
        NextHop nextHop;
        try {
            nextHop = assembly.nextHop(config);
        } catch (IOException e) {
            books.close();
            throw e;
        }
        AuditLog audit = books.audit();
        RunningGateway gateway =
                new RunningGateway(assembly, setup, books, monitoring.metrics().metered(nextHop), monitoring);
        try {
            gateway.watch(setup);
            monitoring.needing(audit, books.journal(), setup, books.membership());
            config.metrics().address().ifPresent(monitoring::serve);
            setup.directory().keepAnswers(audit.answers());
            audit.append(PolicyEvents.start(setup, gateway.policyState().loadedAt()));
            setup.directory().recordTo(changes -> audit.append(DirectoryEvents.of(changes)));
            try (Listeners.Change first = gateway.listeners.prepare(config)) {
                first.apply();
            }
            monitoring.listening(gateway.listeners::servers);
            gateway.reporting(config).run();
            return gateway;
        } catch (IOException e) {
            gateway.close();
            throw e;
        }
    }

    /** Begins RSA in batches. Messages can wait for each other only if the gate lets them in together. */
    private static RsaBatches batches(GatewayConfig config, CryptoGate gate) {
        RsaBatches batches =
                RsaBatches.start(config.crypto().isBatching(), config.journal().batchMark());
        if (batches.isOn()) {
            // One batch gathers while each processor runs another.
            gate.widen(RsaBatches.LANES * (Runtime.getRuntime().availableProcessors() + 1));
        }
        return batches;
    }

    /** Returns the addresses where the gateway listens, in the order of the configuration, with the real ports. */
    public List<InetSocketAddress> addresses() {
        return listeners.servers().stream().map(MailServer::address).toList();
    }

    /** Returns the address where figures and health are served; the result is empty if they are not. */
    public Optional<InetSocketAddress> metricsAddress() {
        return monitoring.address();
    }

    boolean isFenced() {
        return books.membership().filter(Membership::isFenced).isPresent();
    }

    /** Returns the parts that must answer as long as the gateway is of any use. */
    public List<Vital> vital() {
        return monitoring.vital(audit);
    }

    /** Reads the secrets. The returned action tells the fleet from then on how this gateway is. */
    private Runnable reporting(GatewayConfig config) throws IOException {
        if (books.membership().isEmpty()) {
            return () -> {};
        }
        Membership membership = books.membership().get();
        Map<String, String> secrets = FleetSecrets.of(config);
        return () ->
                membership.reporting(() -> new Membership.Report(policyState().sha256(), secrets, monitoring.fault()));
    }

    private void watch(Setup setup) {
        GatewayMetrics metrics = monitoring.metrics();
        metrics.watch(assembly.gate());
        monitoring.watch(assembly.watch());
        monitoring.watch(new Gates(assembly.gate(), listeners.octets(), listeners::servers));
        metrics.watch(audit);
        books.membership().ifPresent(metrics::watch);
        if (setup.config().audit().timestamp().isPresent()) {
            metrics.watch(new NewestStamps(setup.config().audit(), CLOCK));
        }
        metrics.watch(new PolicyMetrics(this::policyState));
        monitoring.showing(setup.config());
        metrics.watch(setup.directory(), () -> monitoring.tls(CLOCK.instant()));
    }

    /** Returns the policies in force, and the results of reading them last. */
    public PolicyState policyState() {
        return policyState.get();
    }

    /**
     * Makes everything ready for other policies. The returned action puts them in force for the messages that come
     * after it.
     */
    Runnable swap(Setup setup) {
        HopsInUse same = hops;
        MessageReceiver road = road(setup, same);
        return () -> receiver.replace(road, same);
    }

    /**
     * Opens what another configuration needs and is not open yet.
     *
     * @throws CannotListenException if a socket is taken or forbidden; then everything is as it was
     * @throws IOException if a TLS file or the master key cannot be used; then everything is as it was
     */
    // The caller owns the opened parts through the change, and its close() closes them.
    @SuppressWarnings({"resource", "MustBeClosedChecker"})
    Prepared prepare(Setup setup) throws IOException {
        Runnable reporting = reporting(setup.config());
        Listeners.Change sockets = listeners.prepare(setup.config());
        NextHop nextHop;
        try {
            nextHop = monitoring.metrics().metered(assembly.nextHop(setup.config()));
        } catch (IOException | RuntimeException e) {
            sockets.close();
            throw e;
        }
        return new Prepared(
                setup, sockets, new HopsInUse(nextHop, assembly.delivery(setup.config(), nextHop, journal)), reporting);
    }

    /**
     * Holds another configuration that is ready to take effect. If it is closed without {@link #apply}, everything
     * stays as it was.
     */
    final class Prepared implements AutoCloseable {
        private final Setup setup;
        private final Listeners.Change sockets;
        private final HopsInUse next;
        private final MessageReceiver road;
        private final Runnable reporting;
        private boolean isApplied;

        private Prepared(Setup setup, Listeners.Change sockets, HopsInUse next, Runnable reporting) {
            this.setup = setup;
            this.reporting = reporting;
            this.sockets = sockets;
            this.next = next;
            this.road = road(setup, next);
        }

        /** Puts the configuration in force: first the receiver of messages, then the listeners. */
        void apply() throws IOException {
            isApplied = true;
            HopsInUse before = hops;
            hops = next;
            receiver.replace(road, next);
            retired.removeIf(HopsInUse::isClosed);
            retired.add(before);
            before.retire();
            sockets.apply();
            monitoring.showing(setup.config());
            reporting.run();
        }

        @Override
        public void close() {
            if (!isApplied) {
                sockets.close();
                next.close();
            }
        }
    }

    private MessageReceiver road(Setup setup, HopsInUse to) {
        return assembly.road(setup, to.delivery(), audit, monitoring.metrics().stages());
    }

    void reopenAudit() throws IOException {
        audit.reopen();
    }

    void record(List<AuditEvent> events) throws IOException {
        audit.append(events);
    }

    void update(UnaryOperator<PolicyState> change) {
        policyState.updateAndGet(change);
    }

    /** Returns the time that {@link #drain} may take, by the configuration in force. */
    public Duration drainLimit() {
        return listeners.drainLimit();
    }

    /** Takes no new mail, lets transactions that run finish within this time, then closes. */
    public void drain(Duration limit) throws IOException {
        monitoring.draining();
        listeners.drain(limit);
        close();
    }

    @Override
    public void close() throws IOException {
        listeners.close();
        hops.close();
        retired.forEach(HopsInUse::close);
        batches.close();
        books.close();
        monitoring.close();
    }

    private static final InstantSource CLOCK = InstantSource.system();
}
