package org.postseal.policy.header;

import java.util.List;

/**
 * A condition on header fields, as a question whose answer can be assumed for a message whose header is gone. Two
 * questions are equal if they are written alike, whichever readings count, because the readings differ for malformed
 * words only. Immutable.
 */
public final class HeaderQuestion implements OpenQuestion {
    private final List<HeaderTest> any;
    private final List<String> fields;
    private final boolean isOfSubject;

    public HeaderQuestion(List<HeaderTest> any) {
        this.any = List.copyOf(any);
        this.fields = any.stream().map(HeaderTest::name).distinct().toList();
        this.isOfSubject = fields.equals(List.of(HeaderTest.SUBJECT));
    }

    public List<HeaderTest> any() {
        return any;
    }

    /** Returns the names of the fields that it looks at, in lower case. */
    @Override
    public String about() {
        return "header " + String.join(", ", fields);
    }

    @Override
    public HeaderQuestion asWritten() {
        return this;
    }

    /** True if it looks at the Subject alone. */
    public boolean isOfSubject() {
        return isOfSubject;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeaderQuestion question && any.equals(question.any);
    }

    @Override
    public int hashCode() {
        return any.hashCode();
    }
}
