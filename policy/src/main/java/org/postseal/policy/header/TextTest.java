package org.postseal.policy.header;

import java.util.List;
import java.util.stream.Collectors;

/** A test of a text for a condition; it never regards case. Immutable. */
public sealed interface TextTest {
    boolean holds(FieldText text);

    String words();

    /** Returns true if every text that passes this test certainly passes the wider one. */
    default boolean isWithin(TextTest wider) {
        return wider instanceof Present || equals(wider);
    }

    static String words(List<TextTest> any) {
        return any.stream().map(TextTest::words).collect(Collectors.joining(" or "));
    }

    record Present() implements TextTest {
        @Override
        public boolean holds(FieldText text) {
            return true;
        }

        @Override
        public String words() {
            return "is there";
        }
    }

    /** The text says something, unlike the placeholder of a hidden Subject. */
    record Telling() implements TextTest {
        @Override
        public boolean holds(FieldText text) {
            return SubjectFields.isTelling(text.text());
        }

        @Override
        public String words() {
            return "tells something";
        }
    }

    record Contains(String folded) implements TextTest {
        @Override
        public boolean holds(FieldText text) {
            return text.folded().contains(folded);
        }

        @Override
        public String words() {
            return "contains “" + folded + "”";
        }

        @Override
        public boolean isWithin(TextTest wider) {
            return wider instanceof Contains(String part) ? folded.contains(part) : wider instanceof Present;
        }
    }

    /** The whole text is this, without its outer white space. */
    record Equal(String wanted) implements TextTest {
        @Override
        public boolean holds(FieldText text) {
            return text.text().equalsIgnoreCase(wanted);
        }

        @Override
        public String words() {
            return "is “" + wanted + "”";
        }

        @Override
        public boolean isWithin(TextTest wider) {
            return wider instanceof Equal(String other) ? wanted.equalsIgnoreCase(other) : wider instanceof Present;
        }
    }

    /**
     * Two different expressions are never compared: this test is within an equal one and within {@link Present} only.
     */
    record Matches(SafePattern pattern) implements TextTest {
        @Override
        public boolean holds(FieldText text) {
            return pattern.isFoundIn(text.text());
        }

        @Override
        public String words() {
            return "matches /" + pattern + "/";
        }
    }
}
