package org.postseal.policy.analysis;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.postseal.policy.condition.Condition;
import org.postseal.policy.condition.WordCondition;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.rule.Rule;

/**
 * Tells whether several rules together match everything that another rule matches. It cuts that rule into parts along
 * the values of a condition, or along all values that a message can have if the rule names none. If each part is
 * matched by one of the others, so is the whole. The answer may be no where a closer look would say yes, but never the
 * other way round.
 */
final class JointCover {
    private final List<Rule> earlier;
    private final BiPredicate<Rule, Rule> isWider;

    /**
     * Prepares for a list of rules.
     *
     * @param earlier the rules, in their order
     * @param isWider tells whether the first rule matches everything that the second one matches
     */
    JointCover(List<Rule> earlier, BiPredicate<Rule, Rule> isWider) {
        this.earlier = earlier;
        this.isWider = isWider;
    }

    /** Returns rules that together match everything that this one matches; empty if that is not certain. */
    Optional<Set<Rule>> of(Rule rule) {
        return earlier.size() < 2 ? Optional.empty() : of(rule, DEEPEST);
    }

    private Optional<Set<Rule>> of(Rule rule, int depth) {
        for (Rule before : earlier) {
            if (isWider.test(before, rule)) {
                return Optional.of(Set.of(before));
            }
        }
        if (depth > 0) {
            for (List<Rule> parts : cuts(rule)) {
                Optional<Set<Rule>> cover = ofAll(parts, depth - 1);
                if (cover.isPresent()) {
                    return cover;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Set<Rule>> ofAll(List<Rule> parts, int depth) {
        Set<Rule> cover = new LinkedHashSet<>();
        for (Rule part : parts) {
            Optional<Set<Rule>> found = of(part, depth);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            cover.addAll(found.get());
        }
        return Optional.of(cover);
    }

    private static List<List<Rule>> cuts(Rule rule) {
        List<List<Rule>> cuts = new ArrayList<>();
        for (int i = 0; i < rule.conditions().size(); i++) {
            List<Condition> parts = rule.conditions().get(i).parts();
            if (parts.size() > 1) {
                int place = i;
                cuts.add(parts.stream().map(part -> with(rule, place, part)).toList());
            }
        }
        for (Condition everything : EVERYTHING) {
            if (rule.conditions().stream()
                    .noneMatch(condition -> condition.type().equals(everything.type()))) {
                cuts.add(everything.parts().stream()
                        .map(part -> with(rule, rule.conditions().size(), part))
                        .toList());
            }
        }
        return cuts;
    }

    private static Rule with(Rule rule, int place, Condition condition) {
        List<Condition> conditions = new ArrayList<>(rule.conditions());
        if (place < conditions.size()) {
            conditions.set(place, condition);
        } else {
            conditions.add(condition);
        }
        return new Rule(rule.id(), conditions, rule.unless(), rule.action(), rule.notice());
    }

    /**
     * Facts of which every message has one value. The kind is not among them, because a rule that names no kind means
     * only one kind: ordinary mail.
     */
    private static final List<Condition> EVERYTHING = List.of(
            WordCondition.of(WordCondition.DIRECTION, EnumSet.allOf(Direction.class)),
            WordCondition.of(WordCondition.CONTENT, EnumSet.allOf(Facts.Content.class)),
            WordCondition.of(WordCondition.SIGNATURE, EnumSet.allOf(Facts.Signature.class)));

    private static final int DEEPEST = 2;
}
