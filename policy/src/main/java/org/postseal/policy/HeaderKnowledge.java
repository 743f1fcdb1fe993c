package org.postseal.policy;

import java.util.Optional;

/** Assumptions about header fields. */
interface HeaderKnowledge {
    /** The fields are among the facts, so nothing is assumed. */
    HeaderKnowledge AT_HAND = _ -> Optional.empty();

    /** Returns the answer to a question about the fields; empty if the fields give it. */
    Optional<Boolean> assumed(HeaderQuestion question);
}
