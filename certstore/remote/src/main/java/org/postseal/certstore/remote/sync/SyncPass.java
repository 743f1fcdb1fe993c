package org.postseal.certstore.remote.sync;

/** One method of synchronisation. Stateless, thread-safe. */
interface SyncPass {
    SyncReport run(SyncJob job) throws SyncException;
}
