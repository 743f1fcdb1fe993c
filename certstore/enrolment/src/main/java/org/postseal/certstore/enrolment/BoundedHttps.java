package org.postseal.certstore.enrolment;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLParameters;
import org.postseal.certstore.AnchorFile;

/**
 * HTTPS as authorities are asked by it: TLS that trusts the configured anchors alone, no redirection, a limit for the
 * whole exchange and for the size of the answer.
 */
final class BoundedHttps {
    private BoundedHttps() {}

    /** @param trust the anchors of the server's certificate, in PEM */
    static HttpClient client(Path trust) throws IOException, GeneralSecurityException {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(AnchorFile.tls(trust))
                .sslParameters(new SSLParameters(null, new String[] {"TLSv1.3", "TLSv1.2"}))
                .build();
    }

    /**
     * Sends a request, and returns when the whole answer is in memory. The time limit of {@link HttpRequest} would end
     * with the header section of the answer.
     */
    static HttpResponse<byte[]> send(HttpClient client, HttpRequest request, Duration limit) throws IOException {
        return send(client, request, limit, octets -> octets);
    }

    /** @param body what is made of the octets of the answer */
    static <T> HttpResponse<T> send(HttpClient client, HttpRequest request, Duration limit, Function<byte[], T> body)
            throws IOException {
        CompletableFuture<HttpResponse<T>> answer = client.sendAsync(
                request,
                _ -> BodySubscribers.limiting(
                        BodySubscribers.mapping(BodySubscribers.ofByteArray(), body), MAX_OCTETS));
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            boolean _ = answer.cancel(true);
            throw new IOException("no answer within " + limit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
            throw new IOException(
                    Optional.ofNullable(cause.getMessage())
                            .orElse(cause.getClass().getSimpleName()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** RFC 9110 §10.2.3: Retry-After has seconds, or a date, which is by the clock of the server. */
    static Optional<Duration> retryAfter(HttpHeaders headers) {
        String value = headers.firstValue("Retry-After").orElse("").strip();
        if (value.matches("[0-9]{1,8}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        return date(value)
                .flatMap(then ->
                        headers.firstValue("Date").flatMap(BoundedHttps::date).map(now -> Duration.between(now, then)))
                .filter(Duration::isPositive);
    }

    /** Returns the status, and the beginning of what the server says to it. */
    static String words(HttpResponse<byte[]> answer) {
        String text = new String(answer.body(), 0, Math.min(answer.body().length, 2000), StandardCharsets.UTF_8)
                .replaceAll("<[^>]*>|[\\p{Cntrl}\\s]", " ")
                .replaceAll(" +", " ")
                .strip();
        return "status " + answer.statusCode()
                + (text.isEmpty() ? "" : ": " + text.substring(0, Math.min(text.length(), MAX_WORDS)));
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException notDate) {
            return Optional.empty();
        }
    }

    private static final int MAX_OCTETS = 256 << 10;
    private static final int MAX_WORDS = 200;
}
