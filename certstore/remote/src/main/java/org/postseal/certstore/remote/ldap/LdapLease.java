package org.postseal.certstore.remote.ldap;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.fetch.Deadline;

/**
 * Lets one piece of work go on until its caller stops waiting. It holds the deadline and the connection that the work
 * waits for, and cuts the connection when the caller stops waiting. Thread-safe.
 */
final class LdapLease {
    private final Deadline deadline;
    private LdapConnector.@Nullable Attempt current;
    private boolean isOver;

    LdapLease(Deadline deadline) {
        this.deadline = deadline;
    }

    Deadline deadline() {
        return deadline;
    }

    /** Notes that the work now waits for this connection. */
    synchronized void on(LdapConnector.Attempt attempt) throws LdapFailureException {
        if (isOver) {
            attempt.abort();
            throw new LdapFailureException(LdapFailure.TIMED_OUT, "given up");
        }
        current = attempt;
    }

    /**
     * Notes that the work no longer uses its connection, so that another may take it. Returns false if the connection
     * has been cut already.
     */
    synchronized boolean off() {
        current = null;
        return !isOver;
    }

    void release(Future<?> work) {
        if (work.isDone()) {
            return;
        }
        synchronized (this) {
            isOver = true;
            if (current != null) {
                current.abort();
            }
        }
        work.cancel(true);
    }
}
