package org.postseal.certstore.enrolment;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.DefaultConnection;
import org.shredzone.acme4j.connector.HttpConnector;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.AbstractAcmeProvider;

/**
 * Lets acme4j speak HTTPS within the bounds of {@link BoundedHttps}. By itself it follows redirections, reads answers
 * of any length, and limits only the wait for their header section. Not thread-safe.
 */
final class AcmeHttp extends AbstractAcmeProvider implements AutoCloseable {
    private final HttpClient client;
    private long deadline;
    private int status;
    private Optional<Duration> retryAfter = Optional.empty();

    AcmeHttp(HttpClient client) {
        this.client = client;
    }

    /** Limits the time of all exchanges from now on together. */
    void limit(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
    }

    /** Returns the time that is left, which may be negative. */
    Duration left() {
        return Duration.ofNanos(deadline - System.nanoTime());
    }

    /** Returns the status of the last answer; 0 if there was none. */
    int status() {
        return status;
    }

    /** Returns how long the last answer asked to wait. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    @Override
    public boolean accepts(URI server) {
        return true;
    }

    @Override
    public URL resolve(URI server) {
        try {
            return server.toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public HttpClient createHttpClient(NetworkSettings settings) {
        return client;
    }

    @Override
    public Connection connect(URI server, NetworkSettings settings, HttpClient used) {
        return new Exchange(new HttpConnector(settings, used));
    }

    @Override
    public void close() {
        // close() of the client would wait for a server that never ends its answer.
        client.shutdownNow();
    }

    private final class Exchange extends DefaultConnection {
        Exchange(HttpConnector connector) {
            super(connector);
        }

        @Override
        protected void sendRequest(Session session, URL url, Consumer<HttpRequest.Builder> request) throws IOException {
            status = 0;
            retryAfter = Optional.empty();
            // RFC 8555 §6.1; the server itself has named the address.
            if (!url.getProtocol().equals("https")) {
                throw new IOException("the address is not https: " + url);
            }
            if (!left().isPositive()) {
                throw new IOException("the time limit is over");
            }
            HttpRequest.Builder builder = httpConnector
                    .createRequestBuilder(url)
                    .setHeader("User-Agent", "postseal")
                    .header("Accept-Language", session.getLanguageHeader());
            request.accept(builder);
            HttpResponse<InputStream> answer =
                    BoundedHttps.send(client, builder.build(), left(), ByteArrayInputStream::new);
            status = answer.statusCode();
            retryAfter = BoundedHttps.retryAfter(answer.headers());
            lastResponse = answer;
        }
    }
}
