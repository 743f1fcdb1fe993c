package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.server.MailServer;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.gateway.smtp.server.ServerSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the listening sockets of a running gateway, and changes them to those of another configuration. A listener is
 * known by its configured address: if the address stays, the socket stays, with the clients that wait on it. One thread
 * makes the changes; every other method may be called by any thread.
 */
final class Listeners implements AutoCloseable {
    private final Assembly assembly;
    private final MessageReceiver receiver;
    private final OctetGate gate;
    private final Set<MailServer> leaving = ConcurrentHashMap.newKeySet();
    private Spool.Factory spools;
    private volatile Duration drainLimit;
    private volatile List<Open> open = List.of();

    /** Begins without a listener. */
    Listeners(Assembly assembly, MessageReceiver receiver, GatewayConfig.Limits limits) {
        this.assembly = assembly;
        this.receiver = receiver;
        this.drainLimit = limits.drain();
        this.gate = new OctetGate(limits.octetsInFlight());
        this.spools = new Spool.Factory(Path.of(System.getProperty("java.io.tmpdir")), limits.heapOctets(), gate);
    }

    /** Returns the listeners that accept connections, in the order of the configuration. */
    List<MailServer> servers() {
        return open.stream().map(Open::server).toList();
    }

    /** Returns the gate that counts the octets in flight over all listeners. */
    OctetGate octets() {
        return gate;
    }

    Duration drainLimit() {
        return drainLimit;
    }

    /**
     * Opens the listeners of this configuration that are not open yet. No client is let in there yet, and nothing else
     * changes.
     *
     * @throws CannotListenException if a socket is taken or forbidden; then nothing of it stays open
     * @throws IOException if TLS cannot be set up with its files; then nothing of it stays open
     */
    // The caller owns the opened sockets through the change, and close() of the change closes them.
    @SuppressWarnings("MustBeClosedChecker")
    Change prepare(GatewayConfig config) throws IOException {
        Change change =
                new Change(config.limits(), spools.keeping(config.limits().heapOctets()));
        try {
            for (int i = 0; i < config.listeners().size(); i++) {
                change.add(i, config, config.listeners().get(i));
            }
            return change;
        } catch (IOException e) {
            change.close();
            throw e;
        }
    }

    /**
     * Holds a change that is ready to take effect. If it is closed without {@link #apply}, everything stays as it was.
     */
    final class Change implements AutoCloseable {
        private final GatewayConfig.Limits limits;
        private final Spool.Factory nextSpools;
        private final List<Open> left = new ArrayList<>(open);
        private final List<Open> next = new ArrayList<>();
        private final List<MailServer> opened = new ArrayList<>();
        private final Map<MailServer, ServerSettings> kept = new LinkedHashMap<>();
        private boolean isApplied;

        private Change(GatewayConfig.Limits limits, Spool.Factory spools) {
            this.limits = limits;
            this.nextSpools = spools;
        }

        private void add(int position, GatewayConfig config, GatewayConfig.Listener listener) throws IOException {
            ServerSettings settings = assembly.settings(config, listener, nextSpools);
            Optional<Open> same = left.stream()
                    .filter(one -> one.configured().equals(listener.address()))
                    .findFirst();
            if (same.isPresent()) {
                left.remove(same.get());
                next.add(same.get());
                kept.put(same.get().server(), settings);
                return;
            }
            MailServer server = assembly.listener(settings, receiver);
            opened.add(server);
            next.add(new Open(listener.address(), server));
            try {
                server.bind();
            } catch (IOException e) {
                throw new CannotListenException(position, listener.address(), e);
            }
        }

        /** Puts the change in force, and drains the listeners that are gone. */
        void apply() throws IOException {
            isApplied = true;
            gate.limitTo(limits.octetsInFlight());
            spools = nextSpools;
            drainLimit = limits.drain();
            kept.forEach(MailServer::replace);
            open = List.copyOf(next);
            for (MailServer server : opened) {
                server.start();
                // At a start, the command itself reports the listeners, with more detail.
                if (!kept.isEmpty() || !left.isEmpty()) {
                    LOG.info("listening on {}", server.address());
                }
            }
            for (Open gone : left) {
                leaving.add(gone.server());
                LOG.info("no longer listening on {}", gone.configured());
                Thread.ofVirtual().name("listener-leaves").start(() -> {
                    gone.server().drain(limits.drain());
                    leaving.remove(gone.server());
                });
            }
        }

        @Override
        public void close() {
            if (!isApplied) {
                opened.forEach(MailServer::close);
            }
        }
    }

    /** Takes no new mail, and lets what has begun finish within this time. */
    void drain(Duration limit) {
        List<Thread> drains = Stream.concat(servers().stream(), leaving.stream())
                .distinct()
                .map(server -> Thread.ofVirtual().start(() -> server.drain(limit)))
                .toList();
        try {
            for (Thread drain : drains) {
                drain.join();
            }
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        servers().forEach(MailServer::close);
        leaving.forEach(MailServer::close);
    }

    private record Open(InetSocketAddress configured, MailServer server) {}

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
}
