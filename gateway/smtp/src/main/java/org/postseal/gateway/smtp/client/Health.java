package org.postseal.gateway.smtp.client;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells whether one address is worth trying. After a failure, other addresses come first for a while. Then one message
 * tries this address again, and the others wait for the outcome. Thread-safe.
 */
final class Health {
    private final Duration backOff;
    private final LongSupplier nanoTime;
    private boolean hasFailed;
    private boolean isProbed;
    private long failedAt;

    /**
     * @param nanoTime as {@link System#nanoTime}
     */
    Health(Duration backOff, LongSupplier nanoTime) {
        this.backOff = backOff;
        this.nanoTime = nanoTime;
    }

    /**
     * Tells whether the address may be tried before those that have failed. A caller that gets true must try it and
     * report the outcome.
     */
    synchronized boolean mayLead() {
        if (!hasFailed) {
            return true;
        }
        if (isProbed || nanoTime.getAsLong() - failedAt < backOff.toNanos()) {
            return false;
        }
        isProbed = true;
        return true;
    }

    /** Reports that the address gave a session. */
    synchronized void succeeded() {
        hasFailed = false;
        isProbed = false;
    }

    /** Reports that the address gave no session, or broke it off. */
    synchronized void failed() {
        hasFailed = true;
        isProbed = false;
        failedAt = nanoTime.getAsLong();
    }

    /** Reports that the address was not tried after all. */
    synchronized void notTried() {
        isProbed = false;
    }
}
