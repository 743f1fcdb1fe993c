package org.postseal.policy;

import java.util.Locale;

/** What a text must be for a condition to hold; always without regard to case. Immutable. */
sealed interface TextTest {
    boolean holds(String text);

    /** Any text. */
    record Present() implements TextTest {
        @Override
        public boolean holds(String text) {
            return true;
        }
    }

    /** Contains this. */
    record Contains(String lowerCase) implements TextTest {
        @Override
        public boolean holds(String text) {
            return text.toLowerCase(Locale.ROOT).contains(lowerCase);
        }
    }

    /** Is this, outer white space aside. */
    record Equal(String wanted) implements TextTest {
        @Override
        public boolean holds(String text) {
            return text.strip().equalsIgnoreCase(wanted);
        }
    }

    /** Matches this. */
    record Matches(SafePattern pattern) implements TextTest {
        @Override
        public boolean holds(String text) {
            return pattern.isFoundIn(text.strip());
        }
    }
}
