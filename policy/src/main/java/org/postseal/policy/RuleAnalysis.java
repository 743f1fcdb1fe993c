package org.postseal.policy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/**
 * Warns of what silently does nothing: a rule that no message reaches or meets, a group that nobody names, a default policy that extends another. A rule is only said to be idle when that is certain.
 * Used once, on a policy without errors.
 */
final class RuleAnalysis {
    private final List<Rule> rules;
    private final Map<Place, List<Integer>> earlier = new HashMap<>();

    private RuleAnalysis(List<Rule> rules) {
        this.rules = rules;
    }

    /** @param root of the text that became the policy */
    static void check(YamlMapping root, RuleSet policy) {
        new RuleAnalysis(policy.rules()).rules(root.list("rules"), new Contradiction(policy.internal()));
        root.mapping("groups").ifPresent(groups -> unused(root, groups));
        root.mapping("mailboxPolicies")
                .flatMap(policies -> policies.mapping(MailboxPolicy.DEFAULT))
                .flatMap(first -> first.value("extends"))
                .ifPresent(value -> value.warning("has no effect: the default policy comes before all others"));
    }

    private void rules(List<YamlValue> items, Contradiction contradiction) {
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            YamlValue item = items.get(i);
            Optional<String> why = contradiction.in(rule);
            if (why.isPresent()) {
                item.mapping()
                        .flatMap(written -> written.value("when"))
                        .ifPresent(when -> when.warning("never holds: " + why.get()));
            } else {
                first(rule)
                        .ifPresent(before -> item.warning("is never reached: rule " + before.id()
                                + " before it matches everything that it matches"));
                for (Place place : placesOf(rule)) {
                    earlier.computeIfAbsent(place, _ -> new ArrayList<>()).add(i);
                }
            }
        }
    }

    /** The first of the rules before that matches whatever this one does. */
    private Optional<Rule> first(Rule rule) {
        // the last rule has to be there, whatever those before it match
        if (rule.isAlways()) {
            return Optional.empty();
        }
        return probes(rule).stream()
                .flatMap(key -> earlier.getOrDefault(key, List.of()).stream())
                .distinct()
                .sorted()
                .limit(MOST_COMPARED)
                .map(rules::get)
                .filter(before -> isWider(before, rule))
                .findFirst();
    }

    /**
     * A rule leaves automatic and rights-protected mail alone unless it names it, see {@link Rule}: what the later one means and the earlier one does not is reached.
     */
    private static boolean isWider(Rule before, Rule rule) {
        return kinds(before).containsAll(kinds(rule))
                && (meansRightsProtected(before) || !meansRightsProtected(rule))
                && before.conditions().stream()
                        .filter(condition -> !(condition instanceof Condition.OfKind))
                        .allMatch(wide -> rule.conditions().stream().anyMatch(mine -> Implication.of(mine, wide)))
                && hasNarrowerException(before, rule);
    }

    private static boolean hasNarrowerException(Rule before, Rule rule) {
        return before.unless().isEmpty()
                || (!rule.unless().isEmpty()
                        && rule.unless().stream()
                                .allMatch(mine ->
                                        before.unless().stream().anyMatch(narrow -> Implication.of(narrow, mine))));
    }

    private static boolean meansRightsProtected(Rule rule) {
        return rule.conditions().stream()
                .anyMatch(condition -> condition instanceof Condition.WithTrait(Set<Facts.Trait> any)
                        && any.contains(Facts.Trait.RIGHTS_PROTECTED));
    }

    private static Set<Facts.Kind> kinds(Rule rule) {
        return rule.conditions().stream()
                .flatMap(condition ->
                        condition instanceof Condition.OfKind(Set<Facts.Kind> any) ? Stream.of(any) : Stream.of())
                .findFirst()
                .orElse(EnumSet.of(Facts.Kind.ORDINARY));
    }

    // A rule with a hundred thousand others before it is compared with those only that name one of its own values: each
    // stands under all values
    // of one of its conditions, which a narrower rule has none besides.
    private static Set<Place> placesOf(Rule rule) {
        return rule.conditions().stream()
                .flatMap(condition -> values(condition).stream())
                .findFirst()
                .orElse(Set.of(new Place.Anything()));
    }

    private static Optional<Set<Place>> values(Condition condition) {
        return switch (condition) {
            case Condition.Sender(People any) -> Optional.of(places("sender", any));
            case Condition.SenderDomain(DomainSet any) -> Optional.of(places("sender", any));
            case Condition.RecipientIs(People any) -> Optional.of(places("recipient", any));
            case Condition.RecipientDomain(DomainSet any) -> Optional.of(places("recipient", any));
            case Condition.OnMessage _ -> Optional.empty();
        };
    }

    private static Set<Place> places(String of, People people) {
        Set<Place> places = new HashSet<>();
        people.addresses().forEach(address -> places.add(new Place.Person(of, address)));
        people.groups().forEach(group -> places.add(new Place.Group(of, group)));
        return places;
    }

    private static Set<Place> places(String of, DomainSet domains) {
        Set<Place> places = new HashSet<>();
        domains.entries().forEach(entry -> places.add(new Place.Domains(of, entry)));
        return places;
    }

    /** Where every rule stands that may be wider: under the first value of one of the conditions, or what that value is a part of. */
    private static Set<Place> probes(Rule rule) {
        Set<Place> probes = new HashSet<>();
        probes.add(new Place.Anything());
        for (Condition condition : rule.conditions()) {
            values(condition).flatMap(values -> values.stream().findFirst()).ifPresent(first -> {
                probes.add(first);
                switch (first) {
                    case Place.Person(String of, MailAddress address) ->
                        domains(of, new DomainSet.Entry(address.domain(), false), probes);
                    case Place.Domains(String of, DomainSet.Entry entry) -> domains(of, entry, probes);
                    case Place.Group _, Place.Anything _ -> {}
                }
            });
        }
        return probes;
    }

    private static void domains(String of, DomainSet.Entry entry, Set<Place> probes) {
        probes.add(new Place.Domains(of, entry));
        String name = entry.domain().ascii();
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            Domain.parse(name.substring(dot + 1))
                    .ifPresent(parent -> probes.add(new Place.Domains(of, new DomainSet.Entry(parent, true))));
        }
    }

    /** A value of a condition on the sender or the recipient. */
    private sealed interface Place {
        record Person(String of, MailAddress address) implements Place {}

        record Group(String of, String name) implements Place {}

        record Domains(String of, DomainSet.Entry entry) implements Place {}

        /** Of a rule without such a condition. */
        record Anything() implements Place {}
    }

    private static void unused(YamlMapping root, YamlMapping groups) {
        Set<String> used = new HashSet<>();
        for (String section : List.of("mailboxPolicies", "rules")) {
            root.value(section).ifPresent(value -> named(value, used));
        }
        groups.all().forEach((name, value) -> {
            if (!used.contains(name)) {
                value.warning("is named nowhere");
            }
        });
    }

    private static void named(YamlValue value, Set<String> used) {
        if (value.isList()) {
            value.list().forEach(item -> named(item, used));
        } else if (value.isMapping()) {
            value.mapping().ifPresent(mapping -> mapping.all().values().forEach(inner -> named(inner, used)));
        } else {
            value.text()
                    .filter(text -> text.startsWith(MailboxPolicyReader.GROUP))
                    .ifPresent(text -> used.add(text.substring(MailboxPolicyReader.GROUP.length())));
        }
    }

    // ten thousand rules that name no address would each be compared with all the others
    private static final int MOST_COMPARED = 1_000;
}
