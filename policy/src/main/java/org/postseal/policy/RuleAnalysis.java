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
    private final Map<Object, List<Integer>> earlier = new HashMap<>();

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
            Optional<String> why = contradiction.in(rule.conditions());
            if (why.isPresent()) {
                item.mapping()
                        .flatMap(written -> written.value("when"))
                        .ifPresent(when -> when.warning("never holds: " + why.get()));
            } else {
                first(rule)
                        .ifPresent(before -> item.warning("is never reached: rule " + before.id()
                                + " before it matches everything that it matches"));
                for (Object key : placesOf(rule)) {
                    earlier.computeIfAbsent(key, _ -> new ArrayList<>()).add(i);
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
                .map(rules::get)
                .filter(before -> isWider(before, rule))
                .findFirst();
    }

    /** Automatic mail is only matched by a rule that names its kind, so a rule without the condition is one for ordinary mail. */
    private static boolean isWider(Rule before, Rule rule) {
        return kinds(before).containsAll(kinds(rule))
                && before.conditions().stream()
                        .filter(condition -> !(condition instanceof Condition.OfKind))
                        .allMatch(wide -> rule.conditions().stream().anyMatch(mine -> Implication.of(mine, wide)));
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
    private static Set<?> placesOf(Rule rule) {
        return rule.conditions().stream()
                .flatMap(condition -> values(condition).stream())
                .findFirst()
                .orElse(Set.of(ANYTHING));
    }

    private static Optional<Set<?>> values(Condition condition) {
        return switch (condition) {
            case Condition.Sender(Set<MailAddress> any) -> Optional.of(tagged(any, "sender"));
            case Condition.SenderDomain(DomainSet any) -> Optional.of(tagged(any.entries(), "sender"));
            case Condition.RecipientIs(Set<MailAddress> any) -> Optional.of(tagged(any, "recipient"));
            case Condition.RecipientDomain(DomainSet any) -> Optional.of(tagged(any.entries(), "recipient"));
            case Condition.InDirection _,
                    Condition.Header _,
                    Condition.OfKind _,
                    Condition.WithContent _,
                    Condition.WithSignature _ -> Optional.empty();
        };
    }

    private static Set<Place> tagged(Set<?> values, String of) {
        Set<Place> places = new HashSet<>();
        values.forEach(value -> places.add(new Place(of, value)));
        return places;
    }

    /** Where every rule stands that may be wider: under the first value of one of the conditions, or what that value is a part of. */
    private static Set<Object> probes(Rule rule) {
        Set<Object> probes = new HashSet<>();
        probes.add(ANYTHING);
        for (Condition condition : rule.conditions()) {
            values(condition).flatMap(values -> values.stream().findFirst()).ifPresent(first -> {
                Place place = (Place) first;
                probes.add(place);
                switch (place.value()) {
                    case MailAddress address ->
                        domains(place.of(), new DomainSet.Entry(address.domain(), false), probes);
                    case DomainSet.Entry entry -> domains(place.of(), entry, probes);
                    default -> throw new IllegalStateException("no value of a condition: " + place);
                }
            });
        }
        return probes;
    }

    private static void domains(String of, DomainSet.Entry entry, Set<Object> probes) {
        probes.add(new Place(of, entry));
        String name = entry.domain().ascii();
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            Domain.parse(name.substring(dot + 1))
                    .ifPresent(parent -> probes.add(new Place(of, new DomainSet.Entry(parent, true))));
        }
    }

    private record Place(String of, Object value) {}

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

    private static final String ANYTHING = "anything";
}
