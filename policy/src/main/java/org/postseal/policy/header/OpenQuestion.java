package org.postseal.policy.header;

/** A question about what the audit log does not keep, so that the answer may have to be assumed later. */
public interface OpenQuestion {
    /** Returns what the question is about, for people. */
    String about();

    /** Returns the question without the readings that count for it, so that it equals another one written alike. */
    OpenQuestion asWritten();
}
