package org.postseal.certstore;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What became of the look-ups in a cache. Thread-safe, at the cost of an addition. Counts belong to the process: most caches are replaced by new ones when trust or configuration
 * change, and their figures go on.
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

    /** The count of the caches of this name, a word of ours. */
    public static CacheCount of(String cache) {
        return ALL.computeIfAbsent(cache, CacheCount::new);
    }

    /** All caches that may have been asked, by name. */
    public static Collection<CacheCount> all() {
        return List.copyOf(ALL.values());
    }

    /** Its name. */
    public String cache() {
        return cache;
    }

    /** It had an answer, which was used. */
    public void hit() {
        hits.increment();
    }

    /** It had none. */
    public void miss() {
        misses.increment();
    }

    /** It had one that was too old to be used. */
    public void expire() {
        expired.increment();
    }

    /** It had one that was too old, which was used since no newer one could be had. */
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
