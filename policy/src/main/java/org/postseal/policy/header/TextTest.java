package org.postseal.policy.header;

import java.util.List;
import java.util.stream.Collectors;

/** What a text must be for a condition to hold; always without regard to case. Immutable. */
public sealed interface TextTest {
    boolean holds(FieldText text);

    String words();

    /** True if every text that passes this test certainly passes the wider one. */
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

    /** The text says something, unlike the one that stands in the place of a hidden Subject. */
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

    record Contains(String lowerCase) implements TextTest {
        @Override
        public boolean holds(FieldText text) {
            return text.lowerCase().contains(lowerCase);
        }

        @Override
        public String words() {
            return "contains “" + lowerCase + "”";
        }

        @Override
        public boolean isWithin(TextTest wider) {
            return wider instanceof Contains(String part) ? lowerCase.contains(part) : wider instanceof Present;
        }
    }

    /** The whole text is this, outer white space aside. */
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

    /** What else an expression matches is not reasoned about. */
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
