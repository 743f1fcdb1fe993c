package org.postseal.policy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Whether several rules together match whatever another one does. That one is cut into parts along the values of a condition, or along all values that a message can have where it names none; when each
 * part is matched by one of the others, so is the whole. The answer may be no where a closer look would say yes, but never the other way round.
 */
final class JointCover {
    private final List<Rule> earlier;
    private final BiPredicate<Rule, Rule> isWider;

    /**
     * Of these, in their order.
     *
     * @param isWider whether the first matches whatever the second does
     */
    JointCover(List<Rule> earlier, BiPredicate<Rule, Rule> isWider) {
        this.earlier = earlier;
        this.isWider = isWider;
    }

    /** Those that together match whatever this one does; empty when that is not certain. */
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
            List<Condition> parts = parts(rule.conditions().get(i));
            if (parts.size() > 1) {
                int place = i;
                cuts.add(parts.stream().map(part -> with(rule, place, part)).toList());
            }
        }
        for (Condition everything : EVERYTHING) {
            if (rule.conditions().stream().noneMatch(everything.getClass()::isInstance)) {
                cuts.add(parts(everything).stream()
                        .map(part -> with(rule, rule.conditions().size(), part))
                        .toList());
            }
        }
        return cuts;
    }

    /** True where a rule with this condition can match a part of what one without it matches. */
    static boolean isCut(Condition condition) {
        return !parts(condition).isEmpty();
    }

    // A condition holds when one of its parts does; none of one that is not cut
    private static List<Condition> parts(Condition condition) {
        return switch (condition) {
            case Condition.InDirection(Set<Direction> any) ->
                each(any, one -> new Condition.InDirection(EnumSet.of(one)));
            case Condition.WithContent(Set<Facts.Content> any) ->
                each(any, one -> new Condition.WithContent(EnumSet.of(one)));
            case Condition.WithSignature(Set<Facts.Signature> any) ->
                each(any, one -> new Condition.WithSignature(EnumSet.of(one)));
            case Condition.OfKind(Set<Facts.Kind> any) -> each(any, one -> new Condition.OfKind(EnumSet.of(one)));
            case Condition.WithTrait(Set<Facts.Trait> any) ->
                each(any, one -> new Condition.WithTrait(EnumSet.of(one)));
            case Condition.SignedWith(Set<SignedAlgorithm> any) ->
                each(any, one -> new Condition.SignedWith(EnumSet.of(one)));
            case Condition.EncryptedWith(Set<EncryptionAlgorithm> any) ->
                each(any, one -> new Condition.EncryptedWith(EnumSet.of(one)));
            case Condition.OfType(Set<String> any) -> each(any, one -> new Condition.OfType(Set.of(one)));
            case Condition.Sender(People any) -> people(any, Condition.Sender::new);
            case Condition.RecipientIs(People any) -> people(any, Condition.RecipientIs::new);
            case Condition.SenderDomain(DomainSet any) ->
                each(any.entries(), one -> new Condition.SenderDomain(only(one)));
            case Condition.RecipientDomain(DomainSet any) ->
                each(any.entries(), one -> new Condition.RecipientDomain(only(one)));
            case Condition.OnMessage _ -> List.of();
        };
    }

    private static List<Condition> people(People any, Function<People, Condition> condition) {
        List<Condition> parts =
                new ArrayList<>(each(any.addresses(), one -> condition.apply(new People(Set.of(one), Set.of()))));
        parts.addAll(each(any.groups(), one -> condition.apply(new People(Set.of(), Set.of(one)))));
        return any.addresses().size() > MOST_PARTS || any.groups().size() > MOST_PARTS ? List.of() : parts;
    }

    private static DomainSet only(DomainSet.Entry entry) {
        DomainSet domains = new DomainSet();
        domains.add(entry);
        return domains;
    }

    private static <T> List<Condition> each(java.util.Collection<T> values, Function<T, Condition> condition) {
        return values.size() > MOST_PARTS
                ? List.of()
                : values.stream().map(condition).toList();
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

    /** What every message has one of; of kinds a rule that names none means one only. */
    private static final List<Condition> EVERYTHING = List.of(
            new Condition.InDirection(EnumSet.allOf(Direction.class)),
            new Condition.WithContent(EnumSet.allOf(Facts.Content.class)),
            new Condition.WithSignature(EnumSet.allOf(Facts.Signature.class)));

    private static final int DEEPEST = 2;
    private static final int MOST_PARTS = 64;
}
