package org.postseal.policy.outcome;

import java.util.List;

/** Changes of the outer header section of a copy, in the order given. Immutable. */
public sealed interface HeaderChange {
    /**
     * Removes every field of that name.
     *
     * @param name in lower case
     */
    record Remove(String name) implements HeaderChange {}

    /**
     * Removes every field of that name, because only we may write it.
     *
     * @param name in lower case
     */
    record RemoveForged(String name) implements HeaderChange {}

    /**
     * Adds a field on top.
     *
     * @param body ASCII, one line
     */
    record Add(String name, String body) implements HeaderChange {}

    /**
     * Takes tags off the Subject by which a sender has asked for something.
     *
     * @param tags ASCII, at least one
     */
    record UntagSubject(List<String> tags) implements HeaderChange {
        public UntagSubject {
            tags = List.copyOf(tags);
        }
    }

    /**
     * Puts the tag before the Subject.
     *
     * @param tag ASCII; empty for none
     * @param forged tags to take out of the Subject first, because only we may write them
     */
    record TagSubject(String tag, List<String> forged) implements HeaderChange {
        public TagSubject {
            forged = List.copyOf(forged);
        }
    }
}
