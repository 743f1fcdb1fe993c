package org.postseal.policy.header;

import java.util.Optional;

/** Assumptions about header fields. */
public interface HeaderKnowledge {
    /** Assumes nothing, because the header fields themselves are among the facts. */
    HeaderKnowledge AT_HAND = _ -> Optional.empty();

    /** Returns the answer to a question about the fields; empty if the fields give it. */
    Optional<Boolean> assumed(HeaderQuestion question);
}
