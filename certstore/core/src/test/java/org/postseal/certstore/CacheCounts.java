package org.postseal.certstore;

/** The counts of a cache at one moment. They belong to the process, so only differences mean something. */
public record CacheCounts(long hits, long misses, long expired, long stale) {
    /** Returns the counts until now. */
    public static CacheCounts of(String cache) {
        CacheCount count = CacheCount.of(cache);
        return new CacheCounts(count.hits(), count.misses(), count.expired(), count.stale());
    }

    /** Returns what was counted since these. */
    public CacheCounts since(String cache) {
        CacheCounts now = of(cache);
        return new CacheCounts(now.hits - hits, now.misses - misses, now.expired - expired, now.stale - stale);
    }
}
