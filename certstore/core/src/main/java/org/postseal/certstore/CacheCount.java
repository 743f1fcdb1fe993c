package org.postseal.certstore;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the results of look-ups in a cache. It is thread-safe, and each count costs one addition. The counts live as
 * long as the process: most caches are replaced when trust or configuration changes, and the new cache adds to the
 * counts of the old one.
 */
public final class CacheCount {
    private static final Map<String, CacheCount> ALL = new ConcurrentSkipListMap<>();

    private final String cache;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final LongAdder stale = new LongAdder();

    private CacheCount(String cache) {
        this.cache = cache;
    }

    /** Returns the counts of all caches with this name. */
    public static CacheCount of(String cache) {
        return ALL.computeIfAbsent(cache, CacheCount::new);
    }

    /** Returns the counts of all caches used so far, ordered by name. */
    public static Collection<CacheCount> all() {
        return List.copyOf(ALL.values());
    }

    public String cache() {
        return cache;
    }

    /** Counts a look-up whose answer was used. */
    public void hit() {
        hits.increment();
    }

    /** Counts a look-up without an answer. */
    public void miss() {
        misses.increment();
    }

    /** Counts a look-up whose answer was too old to be used. */
    public void expire() {
        expired.increment();
    }

    /** Counts a look-up whose answer was too old but was used, because no newer one was available. */
    public void serveStale() {
        stale.increment();
    }

    public long hits() {
        return hits.sum();
    }

    public long misses() {
        return misses.sum();
    }

    public long expired() {
        return expired.sum();
    }

    public long stale() {
        return stale.sum();
    }
}
