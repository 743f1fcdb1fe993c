package org.postseal.policy;

import java.util.Optional;

/**
 * The value of a {@code Require…} parameter as the levels so far have made it. Such parameters only add up: a level can go below what an earlier one demanded
 * only where that one said {@code mayWeaken}; {@code floor} is the most that any level demanded without saying so.
 *
 * @param value in force
 * @param floor below which no later level gets
 * @param from the level that gave the value, for a person to read
 */
record Requirement<T extends Comparable<T>>(T value, T floor, String from) {
    /** With the value of a further level, if it has one. */
    Requirement<T> then(Optional<T> next, boolean mayWeaken, String level) {
        if (next.isEmpty()) {
            return this;
        }
        T wanted = next.get();
        if (forbids(wanted)) {
            return this;
        }
        String source = wanted.equals(value) && !from.isEmpty() ? from : level;
        return new Requirement<>(wanted, mayWeaken ? floor : wanted, source);
    }

    /** True when a level that wants this would not get it. */
    boolean forbids(T wanted) {
        return wanted.compareTo(floor) < 0;
    }

    /** Of two levels of equal rank, the stricter. */
    Requirement<T> stricter(Requirement<T> other) {
        boolean mine = value.compareTo(other.value) >= 0;
        T higherFloor = floor.compareTo(other.floor) >= 0 ? floor : other.floor;
        return new Requirement<>(mine ? value : other.value, higherFloor, mine ? from : other.from);
    }
}
