package org.postseal.gateway.smtp.client;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What one address is worth trying. After a failure the others come first for a while; then one message tries it, and the others wait for what becomes of that. Thread-safe.
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

    /** Whether it may be tried before those that have failed. Who hears yes must try it and say what came of it. */
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

    /** It gave a session. */
    synchronized void succeeded() {
        hasFailed = false;
        isProbed = false;
    }

    /** It gave none, or broke it off. */
    synchronized void failed() {
        hasFailed = true;
        isProbed = false;
        failedAt = nanoTime.getAsLong();
    }

    /** It was not tried after all. */
    synchronized void notTried() {
        isProbed = false;
    }
}
