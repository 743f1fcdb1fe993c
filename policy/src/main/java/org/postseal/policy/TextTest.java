package org.postseal.policy;

/** What a text must be for a condition to hold; always without regard to case. Immutable. */
sealed interface TextTest {
    boolean holds(FieldText text);

    /** Any text. */
    record Present() implements TextTest {
        @Override
        public boolean holds(FieldText text) {
            return true;
        }
    }

    /** Tells something, other than what stands in the place of a hidden Subject. */
    record Telling() implements TextTest {
        @Override
        public boolean holds(FieldText text) {
            return SubjectFields.isTelling(text.text());
        }
    }

    /** Contains this. */
    record Contains(String lowerCase) implements TextTest {
        @Override
        public boolean holds(FieldText text) {
            return text.lowerCase().contains(lowerCase);
        }
    }

    /** Is this, outer white space aside. */
    record Equal(String wanted) implements TextTest {
        @Override
        public boolean holds(FieldText text) {
            return text.text().equalsIgnoreCase(wanted);
        }
    }

    /** Matches this. */
    record Matches(SafePattern pattern) implements TextTest {
        @Override
        public boolean holds(FieldText text) {
            return pattern.isFoundIn(text.text());
        }
    }
}
