package org.postseal.policy.header;

/**
 * The texts that mail programs may show of a field: which of them must pass a test, so that nobody slips past a rule
 * by a spelling.
 */
public enum TextReadings {
    /** All of them, and none may be unknown: what an exception needs. */
    ALL {
        @Override
        boolean hold(FieldReadings field, TextTest test) {
            return test instanceof TextTest.Present
                    || (field.isComplete() && field.texts().stream().allMatch(test::holds));
        }
    },
    ANY {
        @Override
        boolean hold(FieldReadings field, TextTest test) {
            return field.texts().stream().anyMatch(test::holds);
        }
    },
    /** Any of them, known or not: for rules that demand encryption, refuse or redirect. */
    ANY_OR_UNKNOWN {
        @Override
        boolean hold(FieldReadings field, TextTest test) {
            return !field.isComplete() || ANY.hold(field, test);
        }
    };

    abstract boolean hold(FieldReadings field, TextTest test);

    /** True if whatever passes with this one passes with the other. */
    public boolean isWithin(TextReadings wider) {
        return compareTo(wider) <= 0;
    }
}
