package org.postseal.certstore.remote.sync;

/** One method of synchronisation. Stateless, thread-safe. */
interface SyncPass {
    /** Brings the mirror up to date. */
    SyncReport run(SyncJob job) throws SyncException;
}
