package org.postseal.certstore.revocation;

import java.util.concurrent.atomic.LongAdder;
import org.postseal.certstore.fetch.FetchResult;

/** Counts the results of fetches. Thread-safe. */
final class FetchCount {
    private final LongAdder fetched = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder nanoseconds = new LongAdder();

    /**
     * Counts one fetch.
     *
     * @param took the time it took, in nanoseconds
     */
    void add(FetchResult result, long took) {
        switch (result) {
            case FetchResult.Fetched _ -> fetched.increment();
            case FetchResult.Refused _ -> {
                refused.increment();
                return;
            }
            case FetchResult.Failed _ -> failed.increment();
        }
        nanoseconds.add(took);
    }

    RevocationStatistics.Way now() {
        return new RevocationStatistics.Way(fetched.sum(), refused.sum(), failed.sum(), nanoseconds.sum());
    }
}
