package org.postseal.certstore.fetch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches over http what a certificate points to. The address comes from outside, so every step has a limit.
 * Thread-safe.
 *
 * <p>It speaks HTTP/1.1 over a plain socket, because it must connect to the same IP address that it checked. A client
 * that resolves the name once more can be sent elsewhere by a name server that answers differently the second time. It
 * speaks only http, since the fetched data is signed. It connects to an address that is not public only if the settings
 * name its network. It ignores the proxy settings of the JVM, and one connection carries one request.
 */
public final class BoundedFetcher {
    private static final int MAX_URI_CHARACTERS = 2_048;
    private static final int MAX_ADDRESSES = 2;

    private final FetchSettings settings;
    private final HostResolver resolver;

    /** Creates a fetcher with the system's resolver. */
    public BoundedFetcher(FetchSettings settings) {
        this(settings, HostResolver.SYSTEM);
    }

    public BoundedFetcher(FetchSettings settings, HostResolver resolver) {
        this.settings = settings;
        this.resolver = resolver;
    }

    public FetchSettings settings() {
        return settings;
    }

    /**
     * Gets {@code uri}.
     *
     * @param maxOctets the most octets of the body; a longer body is a failure
     * @param limit the time for everything, if it is shorter than the limit in the settings
     */
    public FetchResult get(String uri, int maxOctets, Duration limit) {
        return fetch(uri, null, new byte[0], maxOctets, limit);
    }

    /** Posts {@code body} to {@code uri}, with the same limits as {@link #get}. */
    public FetchResult post(String uri, String contentType, byte[] body, int maxOctets, Duration limit) {
        return fetch(uri, contentType, body, maxOctets, limit);
    }

    private FetchResult fetch(String text, @Nullable String contentType, byte[] body, int maxOctets, Duration limit) {
        Duration total = limit.compareTo(settings.totalTimeout()) < 0 ? limit : settings.totalTimeout();
        Deadline deadline = Deadline.in(total);
        try {
            Target target = Target.of(text, settings);
            for (int hop = 0; ; hop++) {
                byte[] request = target.request(contentType, body);
                HttpAnswer answer = exchange(target, request, maxOctets, deadline);
                if (answer.status() == 200) {
                    return new FetchResult.Fetched(answer.body());
                }
                if (answer.location() == null || hop >= settings.sameHostRedirects()) {
                    return new FetchResult.Failed(
                            answer.location() == null ? "status " + answer.status() : "redirect is not followed");
                }
                target = target.redirected(answer.location(), settings);
            }
        } catch (RefusedException e) {
            return new FetchResult.Refused(e.why);
        } catch (IOException e) {
            // Sockets count whole milliseconds, so they may time out a little early.
            boolean isOver = deadline.remaining().toMillis() < 2;
            return new FetchResult.Failed(isOver ? "no answer within " + total.toMillis() + " ms" : why(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new FetchResult.Failed("interrupted");
        }
    }

    private HttpAnswer exchange(Target target, byte[] request, int maxOctets, Deadline deadline)
            throws IOException, InterruptedException, RefusedException {
        List<InetAddress> addresses = resolve(target.host(), deadline).stream()
                .filter(this::mayConnect)
                .limit(MAX_ADDRESSES)
                .toList();
        if (addresses.isEmpty()) {
            throw new RefusedException("address of " + target.host() + " is not public");
        }
        IOException last = new IOException("no address");
        for (InetAddress address : addresses) {
            if (deadline.isOver()) {
                break;
            }
            try (Socket socket = new Socket(Proxy.NO_PROXY)) {
                socket.connect(
                        new InetSocketAddress(address, target.port()),
                        deadline.socketMillis(settings.connectTimeout()));
                socket.setTcpNoDelay(true);
                socket.getOutputStream().write(request);
                return new HttpReader(socket, deadline, maxOctets).read();
            } catch (java.net.ConnectException | java.net.SocketTimeoutException | java.net.NoRouteToHostException e) {
                last = e;
            }
        }
        throw last;
    }

    private boolean mayConnect(InetAddress address) {
        return PublicAddresses.contains(address)
                || settings.allowedNetworks().stream().anyMatch(network -> network.contains(address));
    }

    // The system's resolver cannot be interrupted. So it runs on another thread, which is left behind if it takes too
    // long.
    private List<InetAddress> resolve(String host, Deadline deadline) throws IOException, InterruptedException {
        try {
            Future<List<InetAddress>> found = RESOLVING.submit(() -> resolver.resolve(host));
            return found.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("name is not resolved in time", e);
        } catch (RejectedExecutionException e) {
            throw new IOException("too many names are being resolved", e);
        } catch (ExecutionException e) {
            throw new IOException("name cannot be resolved", e);
        }
    }

    private static String why(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static final ThreadPoolExecutor RESOLVING =
            new ThreadPoolExecutor(0, 16, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "fetch-resolver");
                thread.setDaemon(true);
                return thread;
            });

    private record Target(String host, int port, String authority, String path) {
        static Target of(String text, FetchSettings settings) throws RefusedException {
            if (text.length() > MAX_URI_CHARACTERS) {
                throw new RefusedException("address longer than " + MAX_URI_CHARACTERS + " characters");
            }
            try {
                return of(new URI(text), settings);
            } catch (URISyntaxException e) {
                throw new RefusedException("not an address");
            }
        }

        private static Target of(URI uri, FetchSettings settings) throws RefusedException {
            if (!"http".equalsIgnoreCase(uri.getScheme())) {
                throw new RefusedException("only http is spoken, not " + uri.getScheme());
            }
            String host = uri.getHost();
            if (host == null || uri.getRawUserInfo() != null) {
                throw new RefusedException("not an address of a host");
            }
            int port = uri.getPort() < 0 ? 80 : uri.getPort();
            String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            if (!settings.allowsHost(bare)) {
                throw new RefusedException("host " + bare + " is not on the list");
            }
            if (!settings.allowsPort(port)) {
                throw new RefusedException("port " + port + " is not on the list");
            }
            String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            String authority = uri.getPort() < 0 ? host : host + ":" + port;
            return new Target(bare, port, authority, path + query);
        }

        Target redirected(String location, FetchSettings settings) throws RefusedException {
            try {
                URI next = new URI("http://" + authority + path).resolve(new URI(location));
                Target target = of(next, settings);
                if (!target.authority.equalsIgnoreCase(authority)) {
                    throw new RefusedException("redirect to another host is not followed");
                }
                return target;
            } catch (URISyntaxException | IllegalArgumentException e) {
                throw new RefusedException("redirect to what is not an address");
            }
        }

        byte[] request(@Nullable String contentType, byte[] body) {
            String head = (contentType == null ? "GET " : "POST ") + path + " HTTP/1.1\r\nHost: " + authority
                    + "\r\nUser-Agent: postseal\r\nAccept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n"
                    + (contentType == null
                            ? ""
                            : "Content-Type: " + contentType + "\r\nContent-Length: " + body.length + "\r\n")
                    + "\r\n";
            // The text may have letters beyond ASCII, which java.net.URI accepts.
            byte[] start = head.getBytes(StandardCharsets.UTF_8);
            byte[] all = java.util.Arrays.copyOf(start, start.length + body.length);
            System.arraycopy(body, 0, all, start.length, body.length);
            return all;
        }
    }

    /** Ends a fetch before any server is asked. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;
        private final String why;

        RefusedException(String why) {
            super(why);
            this.why = why;
        }
    }
}
