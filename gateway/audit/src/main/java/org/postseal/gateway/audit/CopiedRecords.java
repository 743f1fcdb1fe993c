package org.postseal.gateway.audit;

/** Says which records a copy of the log gets. */
public enum CopiedRecords {
    ALL,
    /** Checkpoints only: they suffice to show later that the end of the log was not cut off. */
    CHECKPOINTS
}
