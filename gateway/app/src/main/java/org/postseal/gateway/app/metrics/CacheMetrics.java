package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.stream.Stream;
import org.postseal.certstore.CacheCount;
import org.postseal.gateway.app.metrics.Families.Point;

/** What the caches of this process saved; the one of the directory's choices has figures of its own. */
final class CacheMetrics implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        return new Families()
                .counter(
                        "postseal_cache_lookups_total",
                        "Look-ups in a cache: of certificates read before (certificates), valid paths (paths), OCSP responses (ocsp), revocation lists (lists), private keys of the database (keys), answers of sources (answers), groups of directory servers (groups), MX and addresses (dns). It had an answer (hit), none (miss), one too old to be used (expired), one used although too old (stale).",
                        CacheCount.all().stream()
                                .flatMap(count -> Stream.of(
                                        point(count, count.hits(), "hit"),
                                        point(count, count.misses(), "miss"),
                                        point(count, count.expired(), "expired"),
                                        point(count, count.stale(), "stale")))
                                .toList())
                .build();
    }

    private static Point point(CacheCount count, long value, String result) {
        return new Point(value, "cache", count.cache(), "result", result);
    }
}
