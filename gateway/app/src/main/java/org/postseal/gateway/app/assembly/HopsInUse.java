package org.postseal.gateway.app.assembly;

import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.smtp.client.NextHop;

/**
 * Holds the clients of the next hops, and the delivery over them, which one or several receivers use. Once they are
 * retired, they are closed as soon as the last message of those receivers has come to its end. Thread-safe.
 */
final class HopsInUse implements AutoCloseable {
    private final NextHop nextHop;
    private final Delivery delivery;
    private int messages;
    private boolean isRetired;
    private boolean isClosed;

    HopsInUse(NextHop nextHop, Delivery delivery) {
        this.nextHop = nextHop;
        this.delivery = delivery;
    }

    Delivery delivery() {
        return delivery;
    }

    /**
     * Counts a message that uses these next hops and has to {@link #leave} later. It returns false if they are closed,
     * because another receiver is in force.
     */
    synchronized boolean enter() {
        if (isClosed) {
            return false;
        }
        messages++;
        return true;
    }

    void leave() {
        boolean isLast;
        synchronized (this) {
            messages--;
            isLast = end();
        }
        closeIf(isLast);
    }

    /** Says that no further message will come, so that the last one closes the next hops. */
    void retire() {
        boolean isLast;
        synchronized (this) {
            isRetired = true;
            isLast = end();
        }
        closeIf(isLast);
    }

    synchronized boolean isClosed() {
        return isClosed;
    }

    /** Closes the next hops at once, even if messages are still on their way. */
    @Override
    public void close() {
        boolean isFirst;
        synchronized (this) {
            isFirst = !isClosed;
            isClosed = true;
        }
        closeIf(isFirst);
    }

    private synchronized boolean end() {
        boolean isNow = isRetired && messages == 0 && !isClosed;
        isClosed |= isNow;
        return isNow;
    }

    // This is done outside the lock, because closing takes time.
    private void closeIf(boolean isToBeClosed) {
        if (isToBeClosed) {
            nextHop.close();
        }
    }
}
