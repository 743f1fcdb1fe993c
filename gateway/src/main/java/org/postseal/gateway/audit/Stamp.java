package org.postseal.gateway.audit;

import java.time.Instant;

/** What the time stamp of a checkpoint is worth. */
public sealed interface Stamp {
    /**
     * It was there at this time.
     *
     * @param authority who says so
     */
    record Good(Instant time, String authority) implements Stamp {}

    /** It proves nothing. */
    record Bad(String why) implements Stamp {}
}
