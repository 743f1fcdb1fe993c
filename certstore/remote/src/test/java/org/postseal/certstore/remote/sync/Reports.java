package org.postseal.certstore.remote.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Remembers what {@link SyncRunner#follow} reported. Thread-safe. */
final class Reports implements SyncListener {
    private final List<SyncReport> synced = new ArrayList<>();
    private final List<SyncFailure> failures = new ArrayList<>();
    private Duration largestRetry = Duration.ZERO;

    @Override
    public synchronized void synced(SyncReport report) {
        synced.add(report);
    }

    @Override
    public synchronized void failed(Exception cause, Duration retryIn) {
        failures.add(cause instanceof SyncException named ? named.failure() : SyncFailure.STOPPED);
        largestRetry = retryIn.compareTo(largestRetry) > 0 ? retryIn : largestRetry;
    }

    synchronized List<SyncReport> synced() {
        return List.copyOf(synced);
    }

    synchronized List<SyncFailure> failures() {
        return List.copyOf(failures);
    }

    synchronized Duration largestRetry() {
        return largestRetry;
    }
}
