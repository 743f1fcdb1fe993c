package org.postseal.certstore.remote.sync;

import java.time.Duration;

/** Is told what a follower does, on the follower's thread. */
public interface SyncListener {
    /** Changes, or the knowledge that there are none, are in the mirror. */
    void synced(SyncReport report);

    /**
     * A round failed; the next attempt is made after {@code retryIn}.
     *
     * @param cause a {@link SyncException}, or a {@link org.postseal.certstore.StoreUnavailableException} when it was the mirror that failed
     */
    void failed(Exception cause, Duration retryIn);
}
