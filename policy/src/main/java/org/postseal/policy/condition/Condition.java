package org.postseal.policy.condition;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.postseal.policy.header.OpenQuestion;
import org.postseal.policy.header.TextReadings;

/**
 * One line of a rule's {@code when} or {@code unless}: a key and the value that the policy gives it. Each kind of
 * condition is one class and its {@link ConditionType}. Immutable.
 *
 * <p>The analysis reports a rule as idle because of what conditions tell about each other. A condition may tell less
 * than a closer look would find, but it never tells anything uncertain.
 */
public interface Condition extends OpenQuestion {
    ConditionType type();

    default String key() {
        return type().key();
    }

    Truth holds(Asked asked);

    /** Returns a clause for people. */
    String words();

    /** Returns the groups of a directory server that the condition names. */
    default Set<String> groups() {
        return Set.of();
    }

    /** Asks for all groups that the condition could need, but looks neither under an encryption nor at the header. */
    default void askGroups(Asked asked) {}

    /** Returns the same condition, for which these readings of a text count. */
    default Condition with(TextReadings readings) {
        return this;
    }

    /** Returns the same condition for a rule that demands encryption. */
    default Condition forDemandToEncrypt() {
        return this;
    }

    @Override
    default String about() {
        return key();
    }

    @Override
    default Condition asWritten() {
        return with(TextReadings.ANY);
    }

    /** Returns true if the wider condition holds for every message for which this one holds. */
    default boolean implies(Condition wider) {
        return equals(wider) || wider.isAlways() || isWithin(wider);
    }

    /** Answers {@link #implies} for another condition that does not hold for everything. */
    default boolean isWithin(Condition wider) {
        return false;
    }

    /** Returns true if the condition holds for every message, because it names every value that there is. */
    default boolean isAlways() {
        return false;
    }

    /** Returns conditions of which at least one holds wherever this one does; empty if it cannot be divided. */
    default List<Condition> parts() {
        return List.of();
    }

    /** Returns false if no message can meet both this condition of one rule and that condition of another rule. */
    default boolean mayMeet(Condition other) {
        return true;
    }

    /** Returns a condition on another fact that holds wherever this one does. */
    default Optional<Consequence> consequence() {
        return Optional.empty();
    }

    /** Returns the rank at which a rule looks at the condition. */
    default Rank rank(boolean isEncrypted) {
        Rank known = groups().isEmpty() ? Rank.AT_HAND : Rank.ASKED_FOR;
        return switch (type().needs()) {
            case ENVELOPE, MESSAGE -> known;
            case NOT_RECORDED -> Rank.NOT_RECORDED;
            case INSIDE -> isEncrypted ? Rank.INSIDE : known;
        };
    }

    /** The facts that a kind of condition needs. */
    enum Needs {
        /** The recipient and the direction, which are known before the message is. */
        ENVELOPE,
        /** The message as it came, and the peer that handed it over. */
        MESSAGE,
        /** The header fields or the parts, which the audit log does not keep. */
        NOT_RECORDED,
        /** The content under an encryption, if there is one; the condition takes it from {@link Asked#inside}. */
        INSIDE
    }

    /** The order in which a rule looks at its conditions. */
    enum Rank {
        AT_HAND,
        /** Of a message in the audit log these facts are not known, so they count only if nothing before decides. */
        NOT_RECORDED,
        /** A directory server must be asked. */
        ASKED_FOR,
        INSIDE
    }

    /**
     * The consequence of a condition.
     *
     * @param words tells an admin that another condition contradicts it
     */
    record Consequence(Condition condition, String words) {}

    /** Divides a condition by its values, if there are not too many. */
    static <T> List<Condition> each(Collection<T> values, Function<T, Condition> condition) {
        return values.size() > MOST_PARTS
                ? List.of()
                : values.stream().map(condition).toList();
    }

    int MOST_PARTS = 64;
}
