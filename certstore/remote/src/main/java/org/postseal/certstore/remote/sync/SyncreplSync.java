package org.postseal.certstore.remote.sync;

/** Runs one refresh by RFC 4533, as {@code --once} does. */
final class SyncreplSync implements SyncPass {
    @Override
    public SyncReport run(SyncJob job) throws SyncException {
        try (SyncreplSession session = SyncreplSession.open(job, false)) {
            return session.refresh();
        }
    }

    /**
     * Refreshes, and then waits for changes until the signal. It also returns when everything is due to be read again.
     */
    static void follow(SyncJob job, StopSignal stop, java.util.function.Consumer<SyncReport> reports)
            throws SyncException {
        try (SyncreplSession session = SyncreplSession.open(job, true)) {
            reports.accept(session.refresh());
            session.follow(stop, reports);
        }
    }
}
