package org.postseal.certstore.remote.sync;

import java.time.Duration;

/** Is told what {@link SyncRunner#follow} does, on the thread that runs it. */
public interface SyncListener {
    /** The mirror is up to date, with changes or without. */
    void synced(SyncReport report);

    /**
     * A round failed. The next attempt is made after {@code retryIn}.
     *
     * @param cause a {@link SyncException}, or a {@link org.postseal.certstore.StoreUnavailableException} if the mirror
     *     failed
     */
    void failed(Exception cause, Duration retryIn);
}
