package org.postseal.policy.header;

/**
 * Which of the texts that mail programs may show for a field must pass a test, so that nobody slips past a rule by a
 * spelling.
 */
public enum TextReadings {
    /** All of them must pass, and none may be unknown; an exception needs this. */
    ALL {
        @Override
        public boolean hold(FieldReadings field, TextTest test) {
            return test instanceof TextTest.Present
                    || (field.isComplete() && field.texts().stream().allMatch(test::holds));
        }
    },
    ANY {
        @Override
        public boolean hold(FieldReadings field, TextTest test) {
            return field.texts().stream().anyMatch(test::holds);
        }
    },
    /**
     * Any of them may pass, and an unknown one passes; this is for rules that demand encryption, refuse or redirect.
     */
    ANY_OR_UNKNOWN {
        @Override
        public boolean hold(FieldReadings field, TextTest test) {
            return !field.isComplete() || ANY.hold(field, test);
        }
    };

    /** Tells whether a field passes a test. */
    public abstract boolean hold(FieldReadings field, TextTest test);

    /** Returns true if everything that passes with this one passes with the other. */
    public boolean isWithin(TextReadings wider) {
        return compareTo(wider) <= 0;
    }
}
