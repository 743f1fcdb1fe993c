package org.postseal.policy.outcome;

import java.util.List;

/** What is done to the outer header section of a copy; in the order given. Immutable. */
public sealed interface HeaderChange {
    /**
     * Every field of that name goes.
     *
     * @param name in lower case
     */
    record Remove(String name) implements HeaderChange {}

    /**
     * A field on top.
     *
     * @param body ASCII, one line
     */
    record Add(String name, String body) implements HeaderChange {}

    /**
     * The Subject begins with the tag.
     *
     * @param tag ASCII; empty: none
     * @param forged these are taken out of the Subject first, since only we may write them
     */
    record TagSubject(String tag, List<String> forged) implements HeaderChange {
        public TagSubject {
            forged = List.copyOf(forged);
        }
    }
}
