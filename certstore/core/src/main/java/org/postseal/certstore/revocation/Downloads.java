package org.postseal.certstore.revocation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.postseal.certstore.Digest;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.fetch.Deadline;
import org.postseal.certstore.fetch.FetchResult;

/**
 * Fetches an address once at a time, however many ask for it, and remembers the outcome for a short while, so that a
 * server that is down or talks nonsense is not asked for every message. A fetch runs on its own thread to its own
 * limit. A caller waits no longer than its deadline; an answer that comes later is there for the next caller.
 * Thread-safe.
 */
final class Downloads {
    private final BoundedFetcher fetcher;
    private final Duration limit;
    private final ConcurrentHashMap<String, CompletableFuture<FetchResult>> flights = new ConcurrentHashMap<>();
    private final Cache<String, FetchResult> recent;
    private final FetchCount posted = new FetchCount();
    private final FetchCount got = new FetchCount();

    Downloads(BoundedFetcher fetcher, Duration limit, Duration memory, Ticker ticker) {
        this.fetcher = fetcher;
        this.limit = limit;
        this.recent = Caffeine.newBuilder()
                .expireAfterWrite(memory)
                .ticker(ticker)
                .maximumWeight(64L * 1_024 * 1_024)
                .weigher((String key, FetchResult result) -> 200
                        + key.length()
                        + (result instanceof FetchResult.Fetched fetched ? fetched.body().length : 0))
                .build();
    }

    /** Names what is to be fetched. A request with a body is posted. */
    record Request(String uri, String contentType, java.util.Optional<Body> body, int maxOctets) {
        static Request get(String uri, int maxOctets) {
            return new Request(uri, "", java.util.Optional.empty(), maxOctets);
        }

        static Request post(String uri, String contentType, byte[] body, int maxOctets) {
            return new Request(uri, contentType, java.util.Optional.of(new Body(body)), maxOctets);
        }

        private String key() {
            return body.map(posted -> posted.digest() + " " + uri).orElse(uri);
        }
    }

    static final class Body {
        private final byte[] octets;

        Body(byte[] octets) {
            this.octets = octets;
        }

        private String digest() {
            return Digest.SHA_256.hex(octets);
        }
    }

    /** Returns the outcome, which may be remembered, awaited or new; a failure if {@code deadline} comes first. */
    FetchResult get(Request request, Deadline deadline) {
        String key = request.key();
        FetchResult remembered = recent.getIfPresent(key);
        if (remembered != null) {
            return remembered;
        }
        try {
            return start(key, request).get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new FetchResult.Failed("no answer in the time left for this certificate");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new FetchResult.Failed("interrupted");
        } catch (ExecutionException e) {
            return new FetchResult.Failed("fault while fetching: " + e.getCause());
        }
    }

    /** Fetches in the background, unless that was tried a short while ago. */
    void ahead(Request request, Consumer<FetchResult> then) {
        String key = request.key();
        if (recent.getIfPresent(key) == null && !flights.containsKey(key)) {
            var _ = start(key, request).thenAccept(then);
        }
    }

    private CompletableFuture<FetchResult> start(String key, Request request) {
        CompletableFuture<FetchResult> mine = new CompletableFuture<>();
        CompletableFuture<FetchResult> running = flights.putIfAbsent(key, mine);
        if (running != null) {
            return running;
        }
        Thread.ofVirtual().name("revocation-fetch").start(() -> {
            try {
                FetchResult result = fetch(request);
                recent.put(key, result);
                // The flight ends before a caller gets the result: the caller may ask again at once, and must not get
                // the old answer.
                flights.remove(key);
                mine.complete(result);
            } catch (RuntimeException e) {
                flights.remove(key);
                mine.completeExceptionally(e);
            }
        });
        return mine;
    }

    private FetchResult fetch(Request request) {
        long start = System.nanoTime();
        FetchResult result = request.body()
                .map(body ->
                        fetcher.post(request.uri(), request.contentType(), body.octets, request.maxOctets(), limit))
                .orElseGet(() -> fetcher.get(request.uri(), request.maxOctets(), limit));
        (request.body().isPresent() ? posted : got).add(result, System.nanoTime() - start);
        return result;
    }

    /** Returns the counts of posted requests (questions to responders) and of other requests (fetches of lists). */
    RevocationStatistics statistics() {
        return new RevocationStatistics(posted.now(), got.now());
    }
}
