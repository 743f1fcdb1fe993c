package org.postseal.gateway.smtp.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.internal.proxy.ProxyHandler.ProxyResult;
import org.subethamail.smtp.server.SMTPServer;
import org.subethamail.smtp.server.Session;

/**
 * Runs a listener on SubEthaSMTP, of which it uses the accept loop and the session per connection, on a virtual thread.
 * Thread-safe.
 *
 * <p>The whole dialogue is ours. SubEtha's own session loop cannot be made right from outside. It finds commands by
 * their first four letters, answers the unknown ones without enhanced status, and takes command lines of 998 octets at
 * most. It writes each reply alone and swallows write errors. It looks up the peer's name when it logs, and ends at
 * once when stopped. Its proxy hook is called with the bare connection before the greeting. We hold the whole dialogue
 * there, and SubEtha finds the connection closed when we return.
 *
 * <p>Its {@code stop()} closes every connection, even if replies are under way. So {@link #drain} first closes only the
 * listening socket, waits for the sessions, and then stops.
 */
public final class SubEthaMailServer implements MailServer {
    private final MessageReceiver receiver;
    private final InetSocketAddress bind;
    private final ListeningSocket listening;
    private final SMTPServer engine;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final ConnectionPlaces places;
    private volatile ServerSettings settings;
    private volatile boolean isDraining;
    private volatile boolean isStopped;

    public SubEthaMailServer(ServerSettings settings, MessageReceiver receiver) throws IOException {
        this(settings, receiver, ConnectionPlaces.ofProcess());
    }

    SubEthaMailServer(ServerSettings settings, MessageReceiver receiver, ConnectionPlaces places) throws IOException {
        this.settings = settings;
        this.places = places;
        this.receiver = receiver;
        this.listening = new ListeningSocket(places);
        this.bind = settings.bindAddress();
        this.engine = SMTPServer.port(bind.getPort())
                .bindAddress(bind.getAddress())
                .backlog(BACKLOG)
                .hostName(settings.hostName())
                .serverThreadName("smtp-accept-" + bind.getPort())
                .executorService(Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("smtp-", 0).factory()))
                // The bound is ours, since it may change while the gateway runs.
                .maxConnections(MORE_THAN_ANY_BOUND)
                .serverSocketFactory(() -> listening)
                .proxyHandler((_, _, session) -> {
                    conduct(session);
                    return ENDED;
                })
                .build();
    }

    @Override
    public void bind() throws IOException {
        listening.bind(bind, BACKLOG);
    }

    @Override
    public void replace(ServerSettings next) {
        settings = next;
    }

    @Override
    public void start() throws IOException {
        bind();
        try {
            engine.start();
        } catch (RuntimeException failed) {
            // SubEtha wraps what bind() throws.
            if (failed.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw failed;
        }
        Thread.ofVirtual().name("smtp-watchdog").start(this::watch);
    }

    @Override
    public InetSocketAddress address() {
        return listening.address();
    }

    @Override
    public boolean isAccepting() {
        return listening.isBound() && !listening.isClosed();
    }

    @Override
    public int connections() {
        // While a peer is being sent away, it counts as admitted for a moment.
        return Math.min(admitted.get(), connectionLimit());
    }

    @Override
    public int connectionLimit() {
        return Math.min(settings.limits().connections(), places.limit());
    }

    @Override
    public void drain(Duration limit) {
        // This comes first, so that a peer that is sent away and comes back at once finds the port closed.
        listening.stopAccepting();
        isDraining = true;
        long deadline = System.nanoTime() + limit.toNanos();
        do {
            // This is repeated, since a session may have been just about to wait for a command when it was looked at.
            connections.forEach(
                    connection -> Thread.startVirtualThread(() -> connection.dismissIfIdle(Replies.SHUTTING_DOWN)));
            for (int i = 0; i < POLLS_PER_ROUND && isBusyBefore(deadline); i++) {
                pause(POLL_MILLISECONDS);
            }
        } while (isBusyBefore(deadline));
        long cutOff = connections.stream().filter(Connection::isInTransaction).count();
        if (cutOff > 0) {
            LOG.warn("{} transactions were cut off when the time to drain was over", cutOff);
        }
        connections.forEach(Connection::closeNow);
        isStopped = true;
        // SubEtha waits for its sessions without limit, and one may be stuck behind a receiver.
        Thread stopper = Thread.ofVirtual().name("smtp-stop").start(engine::stop);
        try {
            stopper.join(Duration.ofSeconds(1));
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (!isStopped) {
            drain(Duration.ZERO);
        }
    }

    private void conduct(Session session) throws IOException {
        Socket plain = session.getSocket();
        // A session keeps the settings that it began with.
        ServerSettings began = settings;
        Connection connection = new Connection(plain, began.sessionLimits());
        connections.add(connection);
        boolean isAdmitted = admitted.incrementAndGet() <= began.limits().connections() && places.take();
        try {
            if (isAdmitted) {
                Client client =
                        Client.of(began.rights(), (InetSocketAddress) plain.getRemoteSocketAddress(), connection);
                new SmtpSession(began, receiver, client, connection, host(plain, began)).conduct();
            } else {
                // A peer that is being sent away takes up no place.
                admitted.decrementAndGet();
                sendAway(connection, began.tls().filter(ServerTls::isImplicit).isPresent());
            }
        } catch (ProtocolException noHeader) {
            LOG.info("{}: {}", plain.getRemoteSocketAddress(), noHeader.getMessage());
        } catch (SocketTimeoutException late) {
            LOG.info("{}: no PROXY header in time", plain.getRemoteSocketAddress());
        } catch (IOException peerIsGone) {
            LOG.debug("refused connection: {}", peerIsGone.toString());
        } finally {
            connection.closeNow();
            connections.remove(connection);
            if (isAdmitted) {
                admitted.decrementAndGet();
                places.giveBack();
            }
        }
    }

    /**
     * Sends a peer away with a reply. There is no reply if so many are being sent away that even this costs too much,
     * or if it would have to be said in clear where TLS is expected.
     */
    private void sendAway(Connection connection, boolean isMute) throws IOException {
        try {
            if (refused.incrementAndGet() <= places.sentAwayAtATime() && !isMute) {
                connection.reply(Replies.TOO_MANY_CONNECTIONS);
                connection.closeGently();
            }
        } finally {
            refused.decrementAndGet();
        }
    }

    private SmtpSession.Host host(Socket plain, ServerSettings began) {
        return new SmtpSession.Host() {
            @Override
            public SSLSocket tls() throws IOException {
                // The newest certificate is used. A session that was promised STARTTLS gets the old one if the settings
                // have none any more.
                return settings.tls()
                        .or(began::tls)
                        .orElseThrow(() -> new IOException("TLS is not configured"))
                        .over(plain);
            }

            @Override
            public boolean isDraining() {
                return isDraining;
            }
        };
    }

    private boolean isBusyBefore(long deadline) {
        return !connections.isEmpty()
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted();
    }

    private void watch() {
        while (!isStopped) {
            pause(WATCH_MILLISECONDS);
            long now = System.nanoTime();
            connections.forEach(connection -> connection.closeIfOverdue(now));
        }
    }

    private static void pause(long milliseconds) {
        try {
            TimeUnit.MILLISECONDS.sleep(milliseconds);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(SubEthaMailServer.class);
    // SubEtha writes this to the closed connection, where it is lost, and to its debug log
    private static final ProxyResult ENDED = new ProxyResult(421, "session has ended");
    private static final int BACKLOG = 1024;
    private static final int MORE_THAN_ANY_BOUND = 1_000_000;
    private static final long POLL_MILLISECONDS = 5;
    private static final int POLLS_PER_ROUND = 20;
    private static final long WATCH_MILLISECONDS = 250;
}
