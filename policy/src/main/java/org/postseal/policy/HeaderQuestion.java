package org.postseal.policy;

import java.util.List;

/**
 * A condition on header fields, as something that can be known or not of a message whose header is gone. Equal when it
 * is written alike, whichever readings count: those differ for malformed words only. Immutable.
 */
public final class HeaderQuestion {
    private final Condition.Header condition;

    HeaderQuestion(Condition.Header condition) {
        this.condition = condition;
    }

    /** The fields it looks at, in lower case. */
    public List<String> fields() {
        return condition.any().stream()
                .map(Condition.HeaderTest::name)
                .distinct()
                .toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeaderQuestion question && condition.any().equals(question.condition.any());
    }

    @Override
    public int hashCode() {
        return condition.any().hashCode();
    }
}
