package org.postseal.certstore;

/** What a cache has counted at one moment. Counts belong to the process, so that only what came since says something. */
public record CacheCounts(long hits, long misses, long expired, long stale) {
    /** Until now. */
    public static CacheCounts of(String cache) {
        CacheCount count = CacheCount.of(cache);
        return new CacheCounts(count.hits(), count.misses(), count.expired(), count.stale());
    }

    /** What came to these since. */
    public CacheCounts since(String cache) {
        CacheCounts now = of(cache);
        return new CacheCounts(now.hits - hits, now.misses - misses, now.expired - expired, now.stale - stale);
    }
}
