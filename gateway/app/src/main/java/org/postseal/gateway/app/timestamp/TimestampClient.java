package org.postseal.gateway.app.timestamp;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.postseal.gateway.audit.TimestampConfig;
import org.postseal.gateway.smime.timestamp.TimestampQuery;

/**
 * Asks a time-stamping authority over HTTP (RFC 3161 §3.4). The answer is limited in time and size, and is not verified
 * yet.
 */
public final class TimestampClient {
    private final TimestampConfig config;
    private final Optional<SSLContext> tls;

    /**
     * @param config names the authority, and must have a URL
     * @throws IOException if the anchors for TLS cannot be read
     */
    public TimestampClient(TimestampConfig config) throws IOException {
        this.config = config;
        this.tls = config.tlsTrust().isPresent()
                ? Optional.of(StampTrust.tls(config.tlsTrust().get()))
                : Optional.empty();
    }

    /**
     * Returns the answer as it came.
     *
     * @throws IOException if there is none in time, or it is too long, or it is no answer of such an authority
     */
    public byte[] ask(TimestampQuery query) throws IOException {
        URI url = config.url().orElseThrow();
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(config.timeLimit());
        tls.ifPresent(builder::sslContext);
        HttpClient client = builder.build();
        try {
            return answer(within(
                    config.timeLimit(),
                    client.sendAsync(
                            HttpRequest.newBuilder(url)
                                    .header("Content-Type", "application/timestamp-query")
                                    .header("Accept", REPLY)
                                    .header("User-Agent", "postseal")
                                    .POST(BodyPublishers.ofByteArray(query.encoded()))
                                    .build(),
                            BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_OCTETS))));
        } finally {
            // close() would wait for an authority that never ends its answer.
            client.shutdownNow();
        }
    }

    // The time limit of an HTTP request ends with the header section of its answer, so the whole exchange is limited
    // here.
    private static HttpResponse<byte[]> within(Duration limit, CompletableFuture<HttpResponse<byte[]>> asked)
            throws IOException {
        try {
            return asked.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            boolean _ = asked.cancel(true);
            throw new IOException("no answer within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            String why = Optional.ofNullable(e.getCause())
                    .map(cause -> Optional.ofNullable(cause.getMessage())
                            .orElse(cause.getClass().getSimpleName()))
                    .orElse("");
            throw new IOException(why, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static byte[] answer(HttpResponse<byte[]> response) throws IOException {
        if (response.statusCode() != 200) {
            throw new IOException("status " + response.statusCode());
        }
        String type = response.headers().firstValue("Content-Type").orElse("nothing said");
        if (!type.toLowerCase(Locale.ROOT).replaceFirst("\\s*;.*", "").equals(REPLY)) {
            throw new IOException("an answer that is no time stamp, but " + type);
        }
        return response.body();
    }

    private static final String REPLY = "application/timestamp-reply";
    /** A stamp with the certificates of its authority has about 6000 octets. */
    private static final long MOST_OCTETS = 256 << 10;
}
