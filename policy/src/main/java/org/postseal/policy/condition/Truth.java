package org.postseal.policy.condition;

/** Whether a condition holds, if the answer may depend on a look-up that failed. */
public sealed interface Truth {
    record Yes() implements Truth {}

    record No() implements Truth {}

    /** The answer is not known. */
    record NotKnown(String why) implements Truth {}

    static Truth of(boolean holds) {
        return holds ? new Yes() : new No();
    }

    /** Combines two answers; one {@code No} settles what is not known. */
    default Truth and(Truth other) {
        return this instanceof No || other instanceof Yes ? this : other instanceof No ? other : keep(other);
    }

    /** Combines two answers; one {@code Yes} settles what is not known. */
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
