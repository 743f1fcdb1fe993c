package org.postseal.policy.settings;

import java.util.Optional;

/**
 * The value of one parameter as the levels so far have made it. The {@code Require…} parameters only add up: a level can go below what an earlier one demanded
 * only where that one said {@code mayWeaken}; {@code floor} is the most that any level demanded without saying so. All others are overridden level by level.
 *
 * @param value in force
 * @param floor below which no later level gets; of no meaning for those that are overridden
 * @param level that gave the value
 */
public record Requirement<T>(MailboxParameter<T> parameter, T value, T floor, Level level) {
    /** Before any level has spoken. */
    static <T> Requirement<T> unset(MailboxParameter<T> parameter) {
        return new Requirement<>(parameter, parameter.builtIn(), parameter.laxest(), Level.BUILT_IN);
    }

    /** With the value of a further level, if it has one. */
    Requirement<T> then(Optional<T> next, boolean mayWeaken, Level from) {
        if (next.isEmpty() || forbids(next.get())) {
            return this;
        }
        T wanted = next.get();
        Level source = wanted.equals(value) && !level.isBuiltIn() ? level : from;
        return new Requirement<>(parameter, wanted, mayWeaken || !parameter.addsUp() ? floor : wanted, source);
    }

    /** True when a level that wants this would not get it. */
    public boolean forbids(T wanted) {
        return parameter.addsUp() && parameter.isWeaker(wanted, floor);
    }

    /** Of two levels of equal rank, the stricter. */
    Requirement<T> stricter(Requirement<T> other) {
        T strict = parameter.stricter(value, other.value);
        return new Requirement<>(
                parameter, strict, parameter.stricter(floor, other.floor), strict.equals(value) ? level : other.level);
    }

    /** The level that gave the value, for a person to read; empty for what is built in. */
    public String from() {
        return level.name();
    }

    /** For the explanation. */
    Setting setting() {
        return level.isBuiltIn()
                ? parameter.unsetSetting()
                : new Setting(parameter.name(), parameter.text(value), level.toString());
    }
}
