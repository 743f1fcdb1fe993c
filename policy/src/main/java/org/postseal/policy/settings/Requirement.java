package org.postseal.policy.settings;

import java.util.Optional;

/**
 * The value of one parameter as the levels so far have made it. The {@code Require…} parameters only get stricter: a
 * level can go below the demand of an earlier one only if that one said {@code mayWeaken}; {@code floor} is the
 * strictest demand that a level made without saying so. All other parameters are overridden level by level.
 *
 * @param value in force
 * @param floor no later level gets below it; it has no meaning for parameters that are overridden
 * @param level that gave the value
 */
public record Requirement<T>(MailboxParameter<T> parameter, T value, T floor, Level level) {
    /** Returns the requirement before any level has given a value. */
    static <T> Requirement<T> unset(MailboxParameter<T> parameter) {
        return new Requirement<>(parameter, parameter.builtIn(), parameter.laxest(), Level.BUILT_IN);
    }

    /** Applies the value of a further level, if it has one. */
    Requirement<T> then(Optional<T> next, boolean mayWeaken, Level from) {
        if (next.isEmpty() || forbids(next.get())) {
            return this;
        }
        T wanted = next.get();
        Level source = wanted.equals(value) && !level.isBuiltIn() ? level : from;
        return new Requirement<>(parameter, wanted, mayWeaken || !parameter.addsUp() ? floor : wanted, source);
    }

    /** Returns true if a level that wants this would not get it. */
    public boolean forbids(T wanted) {
        return parameter.addsUp() && parameter.isWeaker(wanted, floor);
    }

    /** Returns the stricter of two requirements from levels of equal rank. */
    Requirement<T> stricter(Requirement<T> other) {
        T strict = parameter.stricter(value, other.value);
        return new Requirement<>(
                parameter, strict, parameter.stricter(floor, other.floor), strict.equals(value) ? level : other.level);
    }

    /** Returns the level that gave the value, for people; empty for a built-in value. */
    public String from() {
        return level.name();
    }

    Setting setting() {
        return level.isBuiltIn()
                ? parameter.unsetSetting()
                : new Setting(parameter.name(), parameter.text(value), level.toString());
    }
}
