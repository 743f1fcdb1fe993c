package org.postseal.gateway.audit;

/** Which records a copy of the log has. */
public enum CopiedRecords {
    ALL,
    /** Checkpoints alone show later that the end of the log was not cut off. */
    CHECKPOINTS
}
