package org.postseal.certstore.directory;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.directory.DirectoryStatistics.SourceStatistics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tracks the health of one source: its counts, one log line at the start and one at the end of an outage, and whether
 * it is down. A source that fails as a whole is not asked for a while after {@value #SLOW_FAILURES} slow failures in a
 * row. Otherwise each address would cost its time-out. Thread-safe.
 */
final class SourceHealth {
    private static final Logger LOG = LoggerFactory.getLogger(SourceHealth.class);
    static final int SLOW_FAILURES = 3;

    private final String name;
    private final boolean failsAsAWhole;
    private final long pause;
    private final LongAdder questions = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder staleServed = new LongAdder();
    private final LongAdder nanoseconds = new LongAdder();
    private final AtomicInteger slowInARow = new AtomicInteger();
    private final AtomicBoolean isFailing = new AtomicBoolean();
    private volatile boolean isLogged;
    private volatile boolean neverLogged = true;
    private volatile long lastLogged;
    private volatile Optional<Entry.Failure> down = Optional.empty();

    SourceHealth(String name, boolean failsAsAWhole, Duration pause) {
        this.name = name;
        this.failsAsAWhole = failsAsAWhole;
        this.pause = pause.toNanos();
    }

    /** Returns why the source should not be asked now, or empty if it may be asked. */
    Optional<Entry.Failure> down(long now) {
        Optional<Entry.Failure> current = down.filter(failure -> now - failure.retryAt() < 0);
        if (current.isPresent()) {
            refused.increment();
        }
        return current;
    }

    void answered(long taken) {
        count(taken);
        slowInARow.set(0);
        if (isFailing.compareAndSet(true, false) && isLogged) {
            isLogged = false;
            LOG.info("certificate source {} answers again", name);
        }
    }

    void failed(StoreUnavailableException failure, long taken, long now) {
        count(taken);
        errors.increment();
        // A source that fails for some addresses and answers for others would otherwise fill the log.
        if (isFailing.compareAndSet(false, true) && (neverLogged || now - lastLogged >= QUIET)) {
            neverLogged = false;
            lastLogged = now;
            isLogged = true;
            LOG.warn("certificate source {} fails: {}", name, failure.getMessage(), failure.getCause());
        }
        if (failsAsAWhole && taken >= SLOW && slowInARow.incrementAndGet() >= SLOW_FAILURES) {
            down = Optional.of(new Entry.Failure(failure, now + pause));
        }
    }

    void servedStale() {
        staleServed.increment();
    }

    SourceStatistics statistics() {
        return new SourceStatistics(
                name,
                questions.sum(),
                errors.sum(),
                refused.sum(),
                staleServed.sum(),
                nanoseconds.sum(),
                isFailing.get());
    }

    private void count(long taken) {
        questions.increment();
        nanoseconds.add(taken);
    }

    private static final long QUIET = Duration.ofMinutes(1).toNanos();
    private static final long SLOW = Duration.ofSeconds(1).toNanos();
}
