package org.postseal.gateway.app.assembly;

import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.smtp.client.NextHop;

/**
 * The clients of the next hops, and the delivery over them, that one or several roads lead to. When they are retired they are closed as soon as the last message on those roads has come to its end.
 * Thread-safe.
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

    /** A message takes a road that leads there, and has to {@link #leave}; false when they are closed, and another road is in force. */
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

    /** No further message is to come. */
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

    /** At once, whoever is there. */
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

    // Outside of the lock: it takes its time
    private void closeIf(boolean isToBeClosed) {
        if (isToBeClosed) {
            nextHop.close();
        }
    }
}
