package org.postseal.certstore.directory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.CacheCount;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;

/**
 * A source behind the cache. However many callers want to know about an address, the source is asked once, and its
 * answer is kept for its lifetime. If the source fails, an old answer is used. A failure is remembered only briefly,
 * and never as "nothing there". Thread-safe.
 */
final class AskedSource<T> {
    /** The most items for one address. A longer answer is an attack or a mistake, and counts as a failure. */
    static final int MAX_ITEMS = 256;

    private static final CacheCount COUNT = CacheCount.of("answers");

    private final Place place;
    private final Function<MailAddress, List<T>> source;
    private final Function<T, Optional<Duration>> lifetimeOf;
    private final Shared<T> shared;
    private final SourceHealth health;
    private final Flights<Entry<T>> flights = new Flights<>();

    /** The place of a source among those that are asked. */
    record Place(String name, int number, boolean failsAsAWhole) {}

    /** A source and an address, as the key of the shared cache. */
    record Key(int place, MailAddress address) {}

    /** The objects that all sources of one kind share. */
    record Shared<T>(Cache<Key, Entry<T>> cache, DirectorySettings settings, Ticker ticker) {}

    AskedSource(
            Place place,
            Function<MailAddress, List<T>> source,
            Function<T, Optional<Duration>> lifetimeOf,
            Shared<T> shared) {
        this.place = place;
        this.source = source;
        this.lifetimeOf = lifetimeOf;
        this.shared = shared;
        this.health = new SourceHealth(
                place.name(),
                place.failsAsAWhole(),
                shared.settings().lifetimes().error());
    }

    String name() {
        return place.name();
    }

    int number() {
        return place.number();
    }

    SourceHealth health() {
        return health;
    }

    /**
     * Returns what the source has for {@code address}.
     *
     * @param renew whether to ask the source also if the present answer still holds but is about to end
     * @throws StoreUnavailableException if the source cannot answer and no old answer is recent enough
     */
    Answer<T> answer(MailAddress address, boolean renew) {
        Key key = new Key(place.number(), address);
        Entry<T> entry = shared.cache().getIfPresent(key);
        boolean isKept = entry != null;
        boolean isAsked = entry == null || entry.isDue(shared.ticker().read(), renew);
        if (entry == null || isAsked) {
            entry = flights.await(
                    address,
                    flights.join(address, new Question(key, renew)),
                    shared.settings().sourceDeadline());
        }
        Answer<T> answer = entry.answer(shared.ticker().read()).orElse(null);
        if (answer == null) {
            throw unavailable(entry.failure());
        }
        if (answer.isStale()) {
            COUNT.serveStale();
            health.servedStale();
        } else if (!isAsked) {
            COUNT.hit();
        } else if (isKept) {
            COUNT.expire();
        } else {
            COUNT.miss();
        }
        return answer;
    }

    void invalidate() {
        flights.detachAll();
        shared.cache().asMap().keySet().removeIf(key -> key.place() == place.number());
    }

    private StoreUnavailableException unavailable(Entry.@Nullable Failure failure) {
        if (failure == null) {
            throw new IllegalStateException("neither an answer nor a failure");
        }
        String message = String.valueOf(failure.cause().getMessage());
        return new StoreUnavailableException(
                message.startsWith(place.name()) ? message : place.name() + ": " + message, failure.cause());
    }

    /** Asks the source for one address. */
    private final class Question implements Flights.Task<Entry<T>> {
        private final Key key;
        private final boolean renew;
        private final long start = shared.ticker().read();
        // Only the first outcome is counted: either the source's answer or the deadline.
        private final AtomicBoolean isSettled = new AtomicBoolean();

        Question(Key key, boolean renew) {
            this.key = key;
            this.renew = renew;
        }

        @Override
        public Optional<Entry<T>> known() {
            return Optional.ofNullable(shared.cache().getIfPresent(key))
                    .filter(entry -> !entry.isDue(shared.ticker().read(), renew));
        }

        @Override
        public Entry<T> ask() {
            Optional<Entry.Failure> down = health.down(start);
            if (down.isPresent()) {
                return new Entry<>(before(), down.get());
            }
            try {
                List<T> items = source.apply(key.address());
                if (items.size() > MAX_ITEMS) {
                    return failed(new StoreUnavailableException("more than " + MAX_ITEMS + " for one address", null));
                }
                return found(items);
            } catch (StoreUnavailableException e) {
                return failed(e);
            } catch (RuntimeException e) {
                // A fault of the source counts as an outage of the source: the mail waits, and the log has the trace.
                return failed(new StoreUnavailableException("failed unexpectedly: " + e, e));
            }
        }

        @Override
        public void land(Entry<T> entry) {
            shared.cache().put(key, entry);
        }

        @Override
        public Entry<T> overdue() {
            return failed(new StoreUnavailableException(
                    "no answer within " + shared.settings().sourceDeadline().toMillis() + " ms", null));
        }

        private Entry<T> found(List<T> items) {
            long now = shared.ticker().read();
            if (isSettled.compareAndSet(false, true)) {
                health.answered(now - start);
            }
            Lifetimes lifetimes = shared.settings().lifetimes();
            long lifetime = items.stream()
                    .map(lifetimeOf)
                    .flatMap(Optional::stream)
                    .reduce(
                            items.isEmpty() ? lifetimes.negative() : lifetimes.positive(),
                            (one, other) -> one.compareTo(other) <= 0 ? one : other)
                    .toNanos();
            Duration stale = items.isEmpty() ? lifetimes.staleNegative() : lifetimes.stale();
            return new Entry<>(
                    new Entry.Known<>(
                            items,
                            now + lifetime,
                            now + (long) (lifetime * lifetimes.refreshAhead()),
                            now + Math.max(lifetime, stale.toNanos())),
                    null);
        }

        private Entry<T> failed(StoreUnavailableException failure) {
            long now = shared.ticker().read();
            if (isSettled.compareAndSet(false, true)) {
                health.failed(failure, now - start, now);
            }
            return new Entry<>(
                    before(),
                    new Entry.Failure(
                            failure, now + shared.settings().lifetimes().error().toNanos()));
        }

        private Entry.@Nullable Known<T> before() {
            Entry<T> entry = shared.cache().getIfPresent(key);
            return entry == null ? null : entry.known();
        }
    }
}
