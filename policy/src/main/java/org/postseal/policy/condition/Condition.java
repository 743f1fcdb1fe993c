package org.postseal.policy.condition;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.postseal.policy.header.TextReadings;

/**
 * One line of a rule's {@code when} or {@code unless}: a key and the value that the policy gives it. Each kind of
 * condition is one class and its {@link ConditionType}. Immutable.
 *
 * <p>A rule is told to be idle by what conditions say about each other. They may say less than a closer look would
 * find, but never what is not certain.
 */
public interface Condition {
    ConditionType type();

    /** The word that it is written with. */
    default String key() {
        return type().key();
    }

    Truth holds(Asked asked);

    /** Says it as a clause that people can read. */
    String words();

    /** The groups of a directory server that it names. */
    default Set<String> groups() {
        return Set.of();
    }

    /** Asks for the groups that it could ask for, without looking inside or at the header. */
    default void askGroups(Asked asked) {}

    /** Returns the condition for a rule to which these readings of a text count. */
    default Condition with(TextReadings readings) {
        return this;
    }

    /** True if every message for which this condition holds is one for which the wider one does. */
    default boolean implies(Condition wider) {
        return equals(wider) || wider.isAlways() || isWithin(wider);
    }

    /** Answers {@link #implies} for another condition that does not hold for everything. */
    default boolean isWithin(Condition wider) {
        return false;
    }

    /** True if it holds for every message, because it names every value that there is. */
    default boolean isAlways() {
        return false;
    }

    /** Conditions one of which holds wherever this one does; none if it is not divided. */
    default List<Condition> parts() {
        return List.of();
    }

    /** False if no message can meet this condition of one rule and that of another rule. */
    default boolean mayMeet(Condition other) {
        return true;
    }

    /** A condition on another fact that holds wherever this one does. */
    default Optional<Consequence> consequence() {
        return Optional.empty();
    }

    /** When a rule looks at it. */
    default Rank rank(boolean isEncrypted) {
        Rank known = groups().isEmpty() ? Rank.AT_HAND : Rank.ASKED_FOR;
        return switch (type().needs()) {
            case ENVELOPE, MESSAGE -> known;
            case HEADER -> Rank.HEADER;
            case INSIDE -> isEncrypted ? Rank.INSIDE : known;
        };
    }

    /** The facts that a kind of condition needs. */
    enum Needs {
        /** The recipient and the direction, which are known before the message is. */
        ENVELOPE,
        /** The message as it came, and who handed it over. */
        MESSAGE,
        /** The header fields, which the audit log does not keep. */
        HEADER,
        /** What was found under an encryption, if there is one: it is taken from {@link Asked#inside}. */
        INSIDE
    }

    /** The order in which a rule looks at its conditions. */
    enum Rank {
        AT_HAND,
        /** Is not known of a message in the audit log, so it is left alone where something else decides. */
        HEADER,
        /** A directory server is asked. */
        ASKED_FOR,
        INSIDE
    }

    /**
     * What follows from a condition.
     *
     * @param words tells an admin that another condition contradicts it
     */
    record Consequence(Condition condition, String words) {}

    /** Divides a condition by its values, if they are not too many. */
    static <T> List<Condition> each(Collection<T> values, Function<T, Condition> condition) {
        return values.size() > MOST_PARTS
                ? List.of()
                : values.stream().map(condition).toList();
    }

    int MOST_PARTS = 64;
}
