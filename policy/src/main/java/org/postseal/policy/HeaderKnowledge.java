package org.postseal.policy;

/** How a condition on header fields is answered: by the fields, or by what is assumed of them. */
interface HeaderKnowledge {
    /** The fields are among the facts. */
    HeaderKnowledge AT_HAND = (condition, asked) -> {
        for (Condition.HeaderTest test : condition.any()) {
            if (test.holds(asked, condition.readings())) {
                return true;
            }
        }
        return false;
    };

    boolean holds(Condition.Header condition, Asked asked);
}
