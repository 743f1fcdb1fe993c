package org.postseal.policy.header;

import java.util.Optional;

/** What is assumed of header fields. */
public interface HeaderKnowledge {
    /** The fields are among the facts, so nothing is assumed. */
    HeaderKnowledge AT_HAND = _ -> Optional.empty();

    /** The answer to a question about them; empty where the fields give it. */
    Optional<Boolean> assumed(HeaderQuestion question);
}
