package org.postseal.certstore.remote.smimea;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.remote.smimea.SmimeaSettings.Transport;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIG;

/**
 * Presents several name servers as one. The server that answered last is asked first. All servers are asked over TCP,
 * unless the settings want datagrams first or TCP has just failed there, and then all by datagram. A reply that is no
 * answer (SERVFAIL, REFUSED) becomes an exception here. So the next server is asked, and the validator that uses this
 * resolver never mistakes a failing server for a forger. Thread-safe.
 */
final class FailoverResolver implements Resolver {
    private final List<Server> servers;
    private volatile int preferred;

    /** @param perAttempt the longest time for one server over one transport */
    FailoverResolver(List<InetSocketAddress> addresses, Transport first, Duration perAttempt) {
        this.servers = addresses.stream()
                .map(address -> new Server(address, first, perAttempt))
                .toList();
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query) {
        return sendAsync(query, ForkJoinPool.commonPool());
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query, Executor executor) {
        List<Attempt> attempts = new ArrayList<>();
        int start = preferred;
        for (boolean tcp : new boolean[] {true, false}) {
            for (int i = 0; i < servers.size(); i++) {
                Server server = servers.get((start + i) % servers.size());
                if (!tcp || server.triesTcp()) {
                    attempts.add(new Attempt((start + i) % servers.size(), tcp, tcp ? server.tcp : server.udp));
                }
            }
        }
        Exchange exchange = new Exchange(query, executor, attempts);
        exchange.run(0);
        return exchange.result;
    }

    private record Attempt(int server, boolean isTcp, Resolver resolver) {}

    /** One question on its way through the servers. */
    private final class Exchange {
        private final CompletableFuture<Message> result = new CompletableFuture<>();
        private final Message query;
        private final Executor executor;
        private final List<Attempt> attempts;
        // The attempts write here one after the other.
        private final List<@Nullable Throwable> failures = new ArrayList<>();

        Exchange(Message query, Executor executor, List<Attempt> attempts) {
            this.query = query;
            this.executor = executor;
            this.attempts = attempts;
        }

        void run(int number) {
            if (number == attempts.size() || result.isDone()) {
                result.completeExceptionally(worthTelling());
                return;
            }
            Attempt attempt = attempts.get(number);
            if (hasRefused(attempt.server())) {
                failures.add(null);
                run(number + 1);
                return;
            }
            attempt.resolver().sendAsync(query, executor).whenComplete((answer, thrown) -> {
                Throwable failure = thrown == null ? refusal(answer) : unwrapped(thrown);
                if (failure == null) {
                    preferred = attempt.server();
                    if (!attempt.isTcp()) {
                        noteTcpFailures();
                    }
                    result.complete(answer);
                } else {
                    failures.add(failure);
                    run(number + 1);
                }
            });
        }

        // A server that refuses over one transport also refuses over the other.
        private boolean hasRefused(int server) {
            for (int i = 0; i < failures.size(); i++) {
                if (attempts.get(i).server() == server && failures.get(i) instanceof RefusedException) {
                    return true;
                }
            }
            return false;
        }

        private void noteTcpFailures() {
            for (int i = 0; i < failures.size(); i++) {
                if (attempts.get(i).isTcp()) {
                    servers.get(attempts.get(i).server()).tcpFailed(failures.get(i));
                }
            }
        }

        // A closed port says less than any other failure, so another one is reported first.
        private Throwable worthTelling() {
            Throwable told = new IOException("no name server");
            boolean isTelling = false;
            for (Throwable each : failures) {
                if (each != null && !(each instanceof SocketException && isTelling)) {
                    told = each;
                    isTelling = !(each instanceof SocketException);
                }
            }
            return told;
        }
    }

    private static Throwable unwrapped(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }

    private static @Nullable IOException refusal(Message answer) {
        int code = answer.getRcode();
        return code == Rcode.NOERROR || code == Rcode.NXDOMAIN ? null : new RefusedException(Rcode.string(code));
    }

    /** Reports that a server refused to answer. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String code) {
            super("name server answers " + code);
        }
    }

    private static final class Server {
        private final SimpleResolver tcp;
        private final SimpleResolver udp;
        private final boolean tcpFirst;
        private volatile long avoidTcpUntil = System.nanoTime();

        Server(InetSocketAddress address, Transport first, Duration perAttempt) {
            this.tcp = new SimpleResolver(address);
            this.udp = new SimpleResolver(address);
            this.tcpFirst = first == Transport.TCP;
            tcp.setTCP(true);
            tcp.setTimeout(perAttempt);
            udp.setTimeout(perAttempt);
        }

        boolean triesTcp() {
            return tcpFirst && System.nanoTime() - avoidTcpUntil >= 0;
        }

        // A network path that drops TCP must not cost a time-out for each of the ten questions of a validation.
        void tcpFailed(@Nullable Throwable failure) {
            if (failure instanceof SocketTimeoutException || failure instanceof ConnectException) {
                avoidTcpUntil = System.nanoTime() + AVOID_TCP.toNanos();
            }
        }
    }

    @Override
    public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {
        for (Server each : servers) {
            each.tcp.setEDNS(version, PAYLOAD, flags, options);
            each.udp.setEDNS(version, PAYLOAD, flags, options);
        }
    }

    @Override
    public void setIgnoreTruncation(boolean isIgnored) {
        servers.forEach(each -> each.udp.setIgnoreTruncation(isIgnored));
    }

    @Override
    public void setPort(int port) {
        throw new UnsupportedOperationException("each server has its own");
    }

    @Override
    public void setTCP(boolean isTcp) {
        throw new UnsupportedOperationException("said at construction");
    }

    @Override
    public void setTSIGKey(TSIG key) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public void setTimeout(Duration limit) {
        throw new UnsupportedOperationException("said at construction");
    }

    // The size of the largest datagram that passes everywhere without being fragmented.
    private static final int PAYLOAD = 1232;
    private static final Duration AVOID_TCP = Duration.ofMinutes(10);
}
