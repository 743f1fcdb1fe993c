package org.postseal.policy.header;

import java.util.Optional;

/** Assumptions about what the audit log does not keep: header fields and parts. */
public interface Assumptions {
    /** The message is among the facts, so nothing is assumed. */
    Assumptions NONE = _ -> Optional.empty();

    /** Returns the assumed answer to a question; empty if the message itself gives it. */
    Optional<Boolean> answer(OpenQuestion question);
}
