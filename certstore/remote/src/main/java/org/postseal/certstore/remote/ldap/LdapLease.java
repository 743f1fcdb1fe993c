package org.postseal.certstore.remote.ldap;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** The right of one piece of work to go on: its deadline, and the connection it waits for, which is cut when the caller stops waiting. Thread-safe. */
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

    /** The work now waits for this connection. */
    synchronized void on(LdapConnector.Attempt attempt) throws LdapFailureException {
        if (isOver) {
            attempt.abort();
            throw new LdapFailureException(LdapFailure.TIMED_OUT, "given up");
        }
        current = attempt;
    }

    /** The work no longer uses it: somebody else may. False when it has been cut already. */
    synchronized boolean off() {
        current = null;
        return !isOver;
    }

    /** The caller waits no longer. */
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
