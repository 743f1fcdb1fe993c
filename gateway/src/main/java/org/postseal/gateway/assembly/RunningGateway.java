package org.postseal.gateway.assembly;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.postseal.certstore.database.ChangeLog.Change;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.delivery.Delivery;
import org.postseal.gateway.journal.Journal;
import org.postseal.gateway.journal.Suspects;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.metrics.GatewayMetrics;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.server.MailServer;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.policy.RuleSet;

/** A gateway with open sockets. Thread-safe. */
public final class RunningGateway implements AutoCloseable {
    private final Assembly assembly;
    private final NextHop nextHop;
    private final Journal journal;
    private final Suspects suspects;
    private final Delivery delivery;
    private final AuditLog audit;
    private final SwitchableReceiver receiver;
    private final Monitoring monitoring;
    private final List<MailServer> servers = new ArrayList<>();
    private final AtomicReference<PolicyState> policyState;

    private RunningGateway(
            Assembly assembly,
            NextHop nextHop,
            Journal journal,
            Suspects suspects,
            AuditLog audit,
            Monitoring monitoring,
            Setup setup,
            Instant now) {
        this.assembly = assembly;
        this.monitoring = monitoring;
        this.nextHop = nextHop;
        this.journal = journal;
        this.suspects = suspects;
        this.audit = audit;
        this.delivery = assembly.delivery(nextHop, journal);
        this.receiver = new SwitchableReceiver(road(setup));
        this.policyState = new AtomicReference<>(new PolicyState(
                setup.rules().sha256(),
                now,
                setup.config().mode() == GatewayConfig.Mode.OBSERVE,
                0,
                setup.shadowRules().map(RuleSet::sha256),
                setup.shadow()
                        .filter(reading -> !reading.file().isMissing())
                        .map(reading -> reading.checked().errors())
                        .orElse(0),
                Optional.empty(),
                0,
                0));
    }

    /**
     * Opens everything, the listeners last.
     *
     * @throws CannotListenException when a socket is taken or forbidden; then everything is closed again
     * @throws IOException when the audit log, the journal, a TLS key or the like cannot be opened, likewise
     */
    // Each part is handed to the gateway, whose close() ends it.
    @SuppressWarnings({"resource", "MustBeClosedChecker"})
    public static RunningGateway start(Assembly assembly, Setup setup) throws IOException {
        GatewayConfig config = setup.config();
        Monitoring monitoring = new Monitoring();
        AuditLog audit = assembly.auditLog(config.audit());
        Journal journal;
        try {
            journal = assembly.journal(config.journal());
        } catch (IOException e) {
            audit.close();
            throw e;
        }
        Suspects suspects;
        try {
            suspects = assembly.suspects(config.journal());
        } catch (IOException e) {
            journal.close();
            audit.close();
            throw e;
        }
        NextHop nextHop;
        try {
            nextHop = assembly.nextHop(config);
        } catch (IOException e) {
            suspects.close();
            journal.close();
            audit.close();
            throw e;
        }
        Instant now = CLOCK.instant();
        GatewayMetrics metrics = monitoring.metrics();
        RunningGateway gateway = new RunningGateway(
                assembly,
                metrics.metered(nextHop),
                metrics.metered(journal),
                suspects,
                metrics.metered(audit),
                monitoring,
                setup,
                now);
        try {
            gateway.watch(setup);
            config.metrics()
                    .address()
                    .ifPresent(address -> monitoring.serve(address, audit, journal, setup.directory()));
            audit.append(PolicyEvents.start(setup, now));
            setup.directory().recordTo(changes -> record(audit, changes));
            gateway.listen(config);
            monitoring.listening(gateway.servers);
            return gateway;
        } catch (IOException e) {
            gateway.close();
            throw e;
        }
    }

    /** Where it listens, in the order of the configuration, with the real ports. */
    public List<InetSocketAddress> addresses() {
        return servers.stream().map(MailServer::address).toList();
    }

    /** Where figures and health are served; empty when they are not. */
    public Optional<InetSocketAddress> metricsAddress() {
        return monitoring.address();
    }

    private void watch(Setup setup) {
        GatewayMetrics metrics = monitoring.metrics();
        metrics.watch(assembly.gate());
        metrics.watch(new PolicyMetrics(this::policyState));
        metrics.watch(setup.directory(), Monitoring.listenerExpiry(setup.config(), CLOCK.instant()));
    }

    /** Which policies count, and how reading them went. */
    public PolicyState policyState() {
        return policyState.get();
    }

    /** Makes everything ready; what is given back puts it in force, from the next message on. */
    Runnable swap(Setup setup) {
        MessageReceiver road = road(setup);
        return () -> receiver.replace(road);
    }

    private MessageReceiver road(Setup setup) {
        return assembly.road(setup, delivery, audit, monitoring.metrics().stages());
    }

    void reopenAudit() throws IOException {
        audit.reopen();
    }

    void record(AuditEvent event) throws IOException {
        audit.append(List.of(event));
    }

    void update(UnaryOperator<PolicyState> change) {
        policyState.updateAndGet(change);
    }

    private static void record(AuditLog audit, List<Change> changes) throws IOException {
        audit.append(changes.stream()
                .<AuditEvent>map(change -> new AuditEvent.DirectoryChanged(
                        change.act().when(),
                        change.act().who(),
                        change.action(),
                        change.object(),
                        change.act().note().isEmpty()
                                ? change.details()
                                : Stream.concat(
                                                change.details().stream(),
                                                Stream.of(
                                                        "note: " + change.act().note()))
                                        .toList()))
                .toList());
    }

    /** Takes no new mail, lets what runs finish for at most this long, then closes. */
    public void drain(Duration limit) throws IOException {
        monitoring.draining();
        List<Thread> drains = servers.stream()
                .map(server -> Thread.ofVirtual().start(() -> server.drain(limit)))
                .toList();
        try {
            for (Thread drain : drains) {
                drain.join();
            }
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    @Override
    public void close() throws IOException {
        servers.forEach(MailServer::close);
        nextHop.close();
        journal.close();
        suspects.close();
        audit.close();
        monitoring.close();
    }

    private void listen(GatewayConfig config) throws IOException {
        Spool.Factory spools = new Spool.Factory(
                Path.of(System.getProperty("java.io.tmpdir")),
                config.limits().heapOctets(),
                new OctetGate(config.limits().octetsInFlight()));
        MessageReceiver guarded = new GuardedReceiver(suspects, receiver);
        for (GatewayConfig.Listener listener : config.listeners()) {
            MailServer server =
                    assembly.listener(config, listener, monitoring.metrics().metered(guarded), spools);
            try {
                server.start();
            } catch (IOException e) {
                server.close();
                throw new CannotListenException(listener.address(), e);
            }
            servers.add(server);
        }
    }

    private static final InstantSource CLOCK = InstantSource.system();

    /** A listening socket could not be opened. */
    public static final class CannotListenException extends IOException {
        private static final long serialVersionUID = 1;

        CannotListenException(InetSocketAddress address, IOException cause) {
            super(
                    "cannot listen on " + address.getAddress().getHostAddress() + " port " + address.getPort() + ": "
                            + cause.getMessage(),
                    cause);
        }
    }
}
