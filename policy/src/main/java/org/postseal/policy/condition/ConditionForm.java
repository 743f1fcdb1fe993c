package org.postseal.policy.condition;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.postseal.policy.header.TextTest;
import org.postseal.policy.header.TextTestReader;
import org.postseal.policy.people.PeopleReader;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.yaml.YamlValue;

/**
 * The form of a condition's value.
 *
 * @param schema what an editor accepts
 * @param reader turns the value into the condition
 */
public record ConditionForm(Schema schema, Reader reader) {
    /** Reads a value; returns empty if a problem leaves the condition unknown. */
    interface Reader {
        Optional<Condition> read(YamlValue value, PeopleReader people);
    }

    /** Returns the form for one or more of these words. */
    static <E extends Enum<E>> ConditionForm words(Map<String, E> words, Function<Set<E>, Condition> condition) {
        return new ConditionForm(Schema.oneOrMore(Schema.word(words.keySet())), (value, _) -> {
            Set<E> any = new HashSet<>();
            value.oneOrMore().forEach(item -> item.word(words).ifPresent(any::add));
            return Optional.of(condition.apply(any.isEmpty() ? any : EnumSet.copyOf(any)));
        });
    }

    static ConditionForm bool(Function<Boolean, Condition> condition) {
        return new ConditionForm(Schema.bool(), (value, _) -> value.bool().map(condition));
    }

    /** Returns the form of a condition on a text: texts that it may contain, or tests. */
    static ConditionForm tests(Function<List<TextTest>, Condition> condition) {
        return new ConditionForm(
                Schema.definition("tests"),
                (value, _) -> Optional.of(condition.apply(TextTestReader.textsOrTests(value))));
    }

    public static final Schema TEXTS = TextTestReader.TEXTS;
    static final Schema DOMAINS = Schema.definition("domains");
}
