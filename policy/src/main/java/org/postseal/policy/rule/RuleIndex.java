package org.postseal.policy.rule;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Condition;
import org.postseal.policy.condition.PartyCondition;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.condition.WordCondition;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.Party;
import org.postseal.policy.people.People;

/**
 * Indexes the ordered rules, so that the first that matches is found without trying those that name another address or
 * domain. Immutable, thread-safe.
 *
 * <p>Each rule is filed under the values of one of its conditions, the most selective one that can be looked up; a rule
 * without one is filed under the directions in which it can match. A message has few keys (its recipient, its sender,
 * their domains, its direction), so the rules that may match are a few ascending lists of positions. If these are
 * merged in ascending order, the first of them that really matches is the first of all.
 */
public final class RuleIndex {
    private final List<Rule> rules;
    private final ByAddress byRecipient = new ByAddress();
    private final ByAddress bySender = new ByAddress();
    private final Map<Direction, int[]> byDirection = new EnumMap<>(Direction.class);

    public RuleIndex(List<Rule> rules) {
        this.rules = List.copyOf(rules);
        Map<Key, List<Integer>> places = new HashMap<>();
        for (int i = 0; i < rules.size(); i++) {
            for (Key key : keys(rules.get(i))) {
                places.computeIfAbsent(key, _ -> new ArrayList<>()).add(i);
            }
        }
        places.forEach((key, positions) ->
                place(key, positions.stream().mapToInt(Integer::intValue).toArray()));
    }

    List<Rule> rules() {
        return rules;
    }

    /**
     * A rule and whether it matches.
     *
     * @param truth {@code Yes}, or {@code NotKnown}
     */
    public record Match(Rule rule, Truth truth) {
        /** Returns true if only what is under an encryption tells whether the rule matches. */
        public boolean hangsOnInside() {
            return truth.equals(Rule.UNDER_ENCRYPTION);
        }
    }

    /**
     * Returns the first rule, in the order of the file, that {@code counts} accepts and that matches or may match.
     * Before a rule looks under an encryption, every group is asked for that a later rule or the caller could need.
     * Which groups are asked for, and how long that takes, must not depend on content that a key of ours opened.
     */
    Optional<Match> first(Asked asked, Runnable beforeLookingInside, Predicate<Rule> counts) {
        Candidates candidates = candidates(asked);
        boolean isAsked = false;
        for (int position = candidates.next(); position >= 0; position = candidates.next()) {
            Rule rule = rules.get(position);
            if (!counts.test(rule)) {
                continue;
            }
            if (!isAsked && rule.mayLookInside(asked)) {
                isAsked = true;
                beforeLookingInside.run();
                askAhead(rule, candidates.copy(), asked);
            }
            Truth truth = rule.matches(asked);
            if (!(truth instanceof Truth.No)) {
                return Optional.of(new Match(rule, truth));
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the rules that match or may match, in the order of the file, up to and including the first that {@code
     * isLast} accepts.
     *
     * @param asked a view in which nobody knows what is under an encryption ({@link Asked#fromOutside})
     */
    List<Match> mayMatch(Asked asked, Predicate<Match> isLast) {
        List<Match> all = new ArrayList<>();
        Candidates candidates = candidates(asked);
        for (int position = candidates.next(); position >= 0; position = candidates.next()) {
            Match match = new Match(rules.get(position), rules.get(position).matches(asked));
            // A rule that names several possible senders is found once for each.
            boolean isKnown = !all.isEmpty() && all.getLast().rule().equals(match.rule());
            if (!(match.truth() instanceof Truth.No) && !isKnown) {
                all.add(match);
                if (isLast.test(match)) {
                    break;
                }
            }
        }
        return all;
    }

    private Candidates candidates(Asked asked) {
        Candidates candidates = new Candidates();
        if (asked.isSenderAnybody()) {
            candidates.add(IntStream.range(0, rules.size()).toArray());
            return candidates;
        }
        candidates.add(byDirection.getOrDefault(asked.direction(), NONE));
        byRecipient.of(asked.recipient(), candidates::add);
        asked.senders().forEach(sender -> bySender.of(sender, candidates::add));
        return candidates;
    }

    private void askAhead(Rule first, Candidates rest, Asked asked) {
        first.askGroups(asked);
        for (int position = rest.next(); position >= 0; position = rest.next()) {
            Rule rule = rules.get(position);
            rule.askGroups(asked);
            // Automatic mail may pass by any other rule, so the search goes on behind it.
            if (rule.isAlways() && rule.action() instanceof Action.Delivery) {
                return;
            }
        }
    }

    /** Returns the keys under which a rule is found: every message that it matches has one of these. */
    private static Set<Key> keys(Rule rule) {
        // The condition with the fewest values lets the fewest messages through.
        return rule.conditions().stream()
                .map(RuleIndex::keys)
                .flatMap(Optional::stream)
                .min(Comparator.comparingInt(Set::size))
                .orElseGet(() ->
                        all(rule.named(WordCondition.DIRECTION).orElse(EnumSet.allOf(Direction.class)), Key.In::new));
    }

    private static Optional<Set<Key>> keys(Condition condition) {
        // The members of a directory server's group are not known yet.
        if (!(condition instanceof PartyCondition(Party who, People any, var _, var _))
                || !any.groups().isEmpty()) {
            return Optional.empty();
        }
        Set<Key> keys = all(any.addresses(), address -> new Key.Person(who, address));
        keys.addAll(all(any.domains().entries(), entry -> new Key.Domains(who, entry)));
        return Optional.of(keys);
    }

    private static <T> Set<Key> all(Collection<T> values, Function<T, Key> key) {
        return values.stream().map(key).collect(Collectors.toSet());
    }

    private void place(Key key, int[] positions) {
        switch (key) {
            case Key.Person(Party who, MailAddress address) -> of(who).people.put(address, positions);
            case Key.Domains(Party who, DomainSet.Entry entry) -> of(who).put(entry, positions);
            case Key.In(Direction direction) -> byDirection.put(direction, positions);
        }
    }

    private ByAddress of(Party who) {
        return switch (who) {
            case SENDER -> bySender;
            case RECIPIENT -> byRecipient;
        };
    }

    private sealed interface Key {
        record Person(Party who, MailAddress address) implements Key {}

        record Domains(Party who, DomainSet.Entry entry) implements Key {}

        record In(Direction direction) implements Key {}
    }

    /** Positions of the rules that name an address, its domain, or everything below a parent domain. */
    private static final class ByAddress {
        private final Map<MailAddress, int[]> people = new HashMap<>();
        private final Map<String, int[]> exact = new HashMap<>();
        private final Map<String, int[]> below = new HashMap<>();

        void put(DomainSet.Entry entry, int[] positions) {
            (entry.below() ? below : exact).put(entry.domain().ascii(), positions);
        }

        void of(MailAddress address, Consumer<int[]> found) {
            found.accept(people.getOrDefault(address, NONE));
            String name = address.domain().ascii();
            found.accept(exact.getOrDefault(name, NONE));
            if (!below.isEmpty()) {
                for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
                    found.accept(below.getOrDefault(name.substring(dot + 1), NONE));
                }
            }
        }
    }

    /** Reads several ascending lists as one. */
    private static final class Candidates {
        private final List<int[]> lists = new ArrayList<>();
        private int[] read = {};

        void add(int[] ascending) {
            if (ascending.length > 0) {
                lists.add(ascending);
                read = new int[lists.size()];
            }
        }

        /** Returns a copy that continues at the same position. */
        Candidates copy() {
            Candidates copy = new Candidates();
            copy.lists.addAll(lists);
            copy.read = read.clone();
            return copy;
        }

        /** Returns the next position, or -1 at the end. */
        int next() {
            int nearest = -1;
            for (int i = 0; i < lists.size(); i++) {
                int[] list = lists.get(i);
                if (read[i] < list.length && (nearest < 0 || list[read[i]] < lists.get(nearest)[read[nearest]])) {
                    nearest = i;
                }
            }
            return nearest < 0 ? -1 : lists.get(nearest)[read[nearest]++];
        }
    }

    private static final int[] NONE = {};
}
