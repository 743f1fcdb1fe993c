package org.postseal.certstore;

/**
 * The counts of a cache at one moment. The counts live as long as the process, so only the difference between two
 * moments says something about a test.
 */
public record CacheCounts(long hits, long misses, long expired, long stale) {
    /** Returns the counts up to now. */
    public static CacheCounts of(String cache) {
        CacheCount count = CacheCount.of(cache);
        return new CacheCounts(count.hits(), count.misses(), count.expired(), count.stale());
    }

    /** Returns the difference between the present counts and these. */
    public CacheCounts since(String cache) {
        CacheCounts now = of(cache);
        return new CacheCounts(now.hits - hits, now.misses - misses, now.expired - expired, now.stale - stale);
    }
}
