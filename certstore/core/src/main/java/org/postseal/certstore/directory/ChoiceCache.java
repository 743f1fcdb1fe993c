package org.postseal.certstore.directory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;

/** Caches the choices for one purpose. A hit costs one look-up. Thread-safe. */
final class ChoiceCache<T> {
    private final Cache<MailAddress, Held<T>> cache;
    private final Decider<T> decider;
    private final Ticker ticker;
    private final Flights<Held<T>> flights = new Flights<>();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder refreshes = new LongAdder();
    private final LongAdder failures = new LongAdder();

    interface Decider<T> {
        /**
         * Makes a choice.
         *
         * @param renew whether to ask sources again whose answers are about to end
         */
        Held<T> decide(MailAddress address, Instant time, boolean renew);
    }

    ChoiceCache(Cache<MailAddress, Held<T>> cache, Decider<T> decider, Ticker ticker) {
        this.cache = cache;
        this.decider = decider;
        this.ticker = ticker;
    }

    CertificateChoice<T> choose(MailAddress address, Instant time) {
        Held<T> held = cache.getIfPresent(address);
        long now = ticker.read();
        if (held != null && held.isFor(time) && held.isFresh(now)) {
            hits.increment();
            if (held.startsRefresh(now)) {
                refreshes.increment();
                flights.join(address, new Choosing(address, time, true));
            }
            return held.choice();
        }
        misses.increment();
        try {
            Held<T> made = flights.await(flights.join(address, new Choosing(address, time, false)));
            // The flight may have been started for another time, for which another choice holds.
            return made.answers(time)
                    ? made.choice()
                    : decider.decide(address, time, false).choice();
        } catch (StoreUnavailableException e) {
            failures.increment();
            throw e;
        }
    }

    void invalidate() {
        flights.detachAll();
        cache.invalidateAll();
    }

    long hits() {
        return hits.sum();
    }

    long misses() {
        return misses.sum();
    }

    long refreshes() {
        return refreshes.sum();
    }

    long failures() {
        return failures.sum();
    }

    long size() {
        return cache.estimatedSize();
    }

    private final class Choosing implements Flights.Task<Held<T>> {
        private final MailAddress address;
        private final Instant time;
        private final boolean renew;

        Choosing(MailAddress address, Instant time, boolean renew) {
            this.address = address;
            this.time = time;
            this.renew = renew;
        }

        @Override
        public Optional<Held<T>> known() {
            return renew
                    ? Optional.empty()
                    : Optional.ofNullable(cache.getIfPresent(address))
                            .filter(held -> held.isFor(time) && held.isFresh(ticker.read()));
        }

        @Override
        public Held<T> ask() {
            return decider.decide(address, time, renew);
        }

        @Override
        public void land(Held<T> held) {
            cache.put(address, held);
        }

        @Override
        public Held<T> overdue() {
            throw new IllegalStateException("a choice has no deadline but those of its sources");
        }
    }
}
