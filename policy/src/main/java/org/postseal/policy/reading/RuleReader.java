package org.postseal.policy.reading;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.analysis.RuleAnalysis;
import org.postseal.policy.condition.Condition;
import org.postseal.policy.condition.ConditionReader;
import org.postseal.policy.condition.WordCondition;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.people.Names;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code rules}. Used once. */
final class RuleReader {
    private final ConditionReader conditionReader;
    private final ActionReader actionReader;

    RuleReader(ConditionReader conditionReader, ActionReader actionReader) {
        this.conditionReader = conditionReader;
        this.actionReader = actionReader;
    }

    /** Returns the rules in their order; it leaves out a rule whose conditions are not known. */
    List<RuleAnalysis.Written> read(YamlValue section) {
        List<RuleAnalysis.Written> rules = new ArrayList<>();
        Map<String, Integer> lines = new HashMap<>();
        Optional<String> always = Optional.empty();
        List<YamlValue> items = section.list();
        if (section.isList() && items.isEmpty()) {
            section.error("has no rule; the last one must be when: always");
        }
        boolean lastIsKnown = false;
        for (YamlValue item : items) {
            Optional<YamlMapping> mapping = item.mapping();
            if (mapping.isEmpty()) {
                lastIsKnown = false;
                continue;
            }
            if (always.isPresent()) {
                item.error("is never reached: rule " + always.get() + " before it matches everything");
            }
            Optional<Rule> rule = rule(mapping.get(), lines);
            lastIsKnown = rule.isPresent();
            if (rule.isPresent()) {
                rules.add(new RuleAnalysis.Written(item, rule.get()));
                if (rule.get().isAlways() && always.isEmpty()) {
                    always = Optional.of(rule.get().id());
                }
            }
        }
        if (lastIsKnown && always.isEmpty()) {
            items.getLast().error("the last rule must be when: always, so that nothing is left undecided");
        }
        return rules;
    }

    /** Returns the rule; empty if its conditions are not known. */
    private Optional<Rule> rule(YamlMapping rule, Map<String, Integer> lines) {
        String id = id(rule, lines).orElse("?");
        Optional<List<Condition>> conditions = rule.required("when").flatMap(conditionReader::when);
        Optional<YamlValue> exception = rule.value("unless");
        Optional<List<Condition>> unless =
                exception.isEmpty() ? Optional.of(List.of()) : exception.flatMap(conditionReader::unless);
        Optional<ActionReader.Then> then = rule.required("then")
                .flatMap(value -> actionReader.read(
                        value,
                        WordCondition.named(WordCondition.DIRECTION, conditions.orElse(List.of()))
                                .orElse(EnumSet.allOf(Direction.class))));
        rule.refuseOthers();
        Action action = then.map(ActionReader.Then::action).orElse(new Action.Reject(Optional.empty()));
        return conditions.flatMap(when -> unless.map(except -> new Rule(
                id,
                when.stream()
                        .map(condition -> condition.with(action.readings()))
                        .map(condition -> demandsEncryption(action) ? condition.forDemandToEncrypt() : condition)
                        .toList(),
                except,
                action,
                then.map(ActionReader.Then::notice).orElse(false))));
    }

    private static boolean demandsEncryption(Action action) {
        return action instanceof Action.Protect protect && protect.requiresEncryption();
    }

    private static Optional<String> id(YamlMapping rule, Map<String, Integer> lines) {
        Optional<YamlValue> value = rule.required("id");
        Optional<String> id = value.flatMap(YamlValue::string);
        if (id.isPresent() && !Names.isName(id.get())) {
            value.get().error(Names.RULE);
        }
        id.ifPresent(name -> {
            Integer first = lines.putIfAbsent(name, value.get().line());
            if (first != null) {
                value.get().error("duplicate id '" + YamlValue.clean(name) + "', first given on line " + first);
            }
        });
        return id;
    }
}
