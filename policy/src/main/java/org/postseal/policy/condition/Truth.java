package org.postseal.policy.condition;

/** Whether a condition holds, where that may hang on a look-up that failed. */
public sealed interface Truth {
    record Yes() implements Truth {}

    record No() implements Truth {}

    /** Nobody could say. */
    record NotKnown(String why) implements Truth {}

    static Truth of(boolean holds) {
        return holds ? new Yes() : new No();
    }

    /** What is not known is settled by one {@code No}. */
    default Truth and(Truth other) {
        return this instanceof No || other instanceof Yes ? this : other instanceof No ? other : keep(other);
    }

    /** What is not known is settled by one {@code Yes}. */
    default Truth or(Truth other) {
        return this instanceof Yes || other instanceof No ? this : other instanceof Yes ? other : keep(other);
    }

    default Truth not() {
        return switch (this) {
            case Yes _ -> of(false);
            case No _ -> of(true);
            case NotKnown _ -> this;
        };
    }

    private Truth keep(Truth other) {
        return this instanceof NotKnown ? this : other;
    }
}
