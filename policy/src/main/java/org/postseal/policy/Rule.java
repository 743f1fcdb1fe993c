package org.postseal.policy;

import java.util.List;

/**
 * One of the ordered {@code rules}.
 *
 * @param conditions all must hold; none is {@code always}
 */
record Rule(String id, List<Condition> conditions, Action action) {
    boolean matches(Facts facts, Direction direction) {
        // A header that is not known any more must not matter where something else decides
        return mayMatch(facts, direction)
                && conditions.stream()
                        .filter(Condition.Header.class::isInstance)
                        .allMatch(condition -> condition.holds(facts, direction));
    }

    /** Whether it matches but for its conditions on the header. */
    boolean mayMatch(Facts facts, Direction direction) {
        // Nobody is told when a message with the null reverse path is refused (RFC 5321 §4.5.5), so only a rule that
        // means it may touch it.
        if (facts.kind() != Facts.Kind.ORDINARY
                && conditions.stream().noneMatch(condition -> condition instanceof Condition.OfKind)) {
            return false;
        }
        return conditions.stream()
                .filter(condition -> !(condition instanceof Condition.Header))
                .allMatch(condition -> condition.holds(facts, direction));
    }

    boolean isAlways() {
        return conditions.isEmpty();
    }
}
