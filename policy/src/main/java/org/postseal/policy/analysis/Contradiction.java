package org.postseal.policy.analysis;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.policy.condition.Condition;
import org.postseal.policy.condition.PartyCondition;
import org.postseal.policy.condition.WordCondition;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.People;
import org.postseal.policy.rule.Rule;

/** Finds two conditions of one rule that no message can meet together. It reports only what is certain. */
final class Contradiction {
    private final People internal;

    /**
     * Prepares for policies with these domains.
     *
     * @param internal our own domains, which decide the direction
     */
    Contradiction(DomainSet internal) {
        this.internal = People.of(internal);
    }

    /** Tells why no message meets the rule; empty if one may. */
    Optional<String> in(Rule rule) {
        List<Condition> conditions = rule.conditions();
        for (int i = 0; i < conditions.size(); i++) {
            Condition one = conditions.get(i);
            for (Condition other : conditions.subList(i + 1, conditions.size())) {
                Optional<String> why = between(one, other);
                if (why.isPresent()) {
                    return why;
                }
            }
        }
        return isExcepted(rule) ? Optional.of("unless holds for everything that when holds for") : Optional.empty();
    }

    private static boolean isExcepted(Rule rule) {
        return !rule.unless().isEmpty()
                && rule.unless().stream()
                        .allMatch(exception ->
                                rule.conditions().stream().anyMatch(condition -> condition.implies(exception)));
    }

    private Optional<String> between(Condition one, Condition other) {
        if (other instanceof PartyCondition party && one instanceof PartyCondition && !one.mayMeet(other)) {
            return Optional.of("no address of " + one.key() + " has a domain of " + party.key());
        }
        return WordCondition.named(WordCondition.DIRECTION, List.of(one))
                .flatMap(directions ->
                        other instanceof PartyCondition party ? between(directions, party) : Optional.empty())
                .or(() -> unmet(one, other))
                .or(() -> unmet(other, one));
    }

    private static Optional<String> unmet(Condition one, Condition other) {
        return one.consequence()
                .filter(known -> !known.condition().mayMeet(other))
                .map(Condition.Consequence::words);
    }

    // A decision takes the direction from the recipient, and for mail between our own users also from the sender.
    private Optional<String> between(Set<Direction> directions, PartyCondition party) {
        boolean areOurs = party.any().isWithin(internal);
        boolean areForeign = !party.any().mayMeet(internal);
        String of = (party.isByDomain() ? "domain of " : "address of ") + party.key() + " is internal, ";
        return switch (party.who()) {
            case RECIPIENT ->
                areOurs && OUTSIDE.containsAll(directions)
                        ? Optional.of("every " + of + "the direction is not")
                        : areForeign && INSIDE.containsAll(directions)
                                ? Optional.of("no " + of + "the direction is")
                                : Optional.empty();
            case SENDER ->
                areForeign && directions.equals(BETWEEN_US)
                        ? Optional.of("no " + of + "direction: internal is")
                        : Optional.empty();
        };
    }

    private static final Set<Direction> OUTSIDE = EnumSet.of(Direction.OUTBOUND, Direction.FORWARDED);
    private static final Set<Direction> INSIDE = EnumSet.of(Direction.INBOUND, Direction.INTERNAL);
    private static final Set<Direction> BETWEEN_US = EnumSet.of(Direction.INTERNAL);
}
