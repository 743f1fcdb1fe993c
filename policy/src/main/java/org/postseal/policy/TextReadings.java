package org.postseal.policy;

/**
 * Which of the texts that mail programs may show of a field must pass a test, so that nobody slips past a rule by a
 * spelling.
 */
enum TextReadings {
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

    /** Whether what passes with this one passes with the other. */
    boolean isWithin(TextReadings wider) {
        return compareTo(wider) <= 0;
    }

    /** What a rule needs of the conditions in its {@code when}. */
    static TextReadings of(Action action) {
        return switch (action) {
            case Action.Reject _, Action.Redirect _ -> ANY_OR_UNKNOWN;
            case Action.Defer _, Action.ByMailboxPolicy _ -> ANY;
            case Action.Protect protect ->
                protect.encrypt().filter(Action.Demand.REQUIRED::equals).isPresent() ? ANY_OR_UNKNOWN : ANY;
        };
    }
}
