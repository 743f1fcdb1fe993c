package org.postseal.policy.analysis;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.condition.Condition;
import org.postseal.policy.condition.PartyCondition;
import org.postseal.policy.condition.WordCondition;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.Names;
import org.postseal.policy.people.Party;
import org.postseal.policy.people.People;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.settings.MailboxPolicy;
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/**
 * Warns of parts of a policy that silently do nothing: a rule that no message reaches or meets, a group that nobody
 * names, a default policy that extends another. It calls a rule idle only if that is certain. In a policy with errors,
 * it looks at the rules whose conditions are known. Used once.
 */
public final class RuleAnalysis {
    private final List<Rule> rules = new ArrayList<>();
    private final Map<Place, List<Integer>> earlier = new HashMap<>();
    private int jointlyCompared;

    private RuleAnalysis() {}

    /** A rule and its place in the text. */
    public record Written(YamlValue item, Rule rule) {}

    /**
     * Checks a policy.
     *
     * @param root of the text
     * @param read its rules, as far as their conditions are known
     */
    public static void check(YamlMapping root, List<Written> read, DomainSet internal, Problems problems) {
        List<String> errors = problems.all().stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .map(Problem::key)
                .toList();
        // Members of groups are part of the conditions, and the internal domains decide which conditions can be met, so
        // an error in either leaves the rules unknown. If the list of problems is full, further errors are missing from
        // it.
        boolean isKnown = problems.all().size() < MOST_PROBLEMS
                && errors.stream().noneMatch(key -> key.startsWith("groups") || key.startsWith("internal"));
        if (isKnown) {
            Set<String> broken = new HashSet<>();
            errors.forEach(key -> brokenRule(key).ifPresent(broken::add));
            new RuleAnalysis()
                    .rules(
                            read.stream()
                                    .filter(rule -> !broken.contains(rule.item().key()))
                                    .toList(),
                            new Contradiction(internal));
        }
        if (errors.isEmpty()) {
            root.mapping("groups").ifPresent(groups -> unused(root, groups));
            root.mapping("mailboxPolicies")
                    .flatMap(policies -> policies.mapping(MailboxPolicy.DEFAULT))
                    .flatMap(first -> first.value("extends"))
                    .ifPresent(value -> value.warning("has no effect: the default policy comes before all others"));
        }
    }

    /**
     * Returns the key of the rule that an error makes unknown; an error in its action or its name does not make it so.
     */
    private static Optional<String> brokenRule(String key) {
        Matcher matcher = OF_RULE.matcher(key);
        return matcher.matches() && (matcher.group(2) == null || !DOES.contains(matcher.group(2)))
                ? Optional.of(matcher.group(1))
                : Optional.empty();
    }

    private void rules(List<Written> read, Contradiction contradiction) {
        for (Written each : read) {
            Rule rule = each.rule();
            Optional<String> why = contradiction.in(rule);
            if (why.isPresent()) {
                each.item()
                        .mapping()
                        .flatMap(written -> written.value("when"))
                        .ifPresent(when -> when.warning("never holds: " + why.get()));
            } else {
                before(rule)
                        .ifPresent(before -> each.item()
                                .warning("is never reached: " + before + " before it "
                                        + (before.startsWith("rules ") ? "match" : "matches")
                                        + " everything that it matches"));
                for (Place place : placesOf(rule)) {
                    earlier.computeIfAbsent(place, _ -> new ArrayList<>()).add(rules.size());
                }
                rules.add(rule);
            }
        }
    }

    /** Names the rules that leave nothing for a rule, for people: one other rule, else several together. */
    private Optional<String> before(Rule rule) {
        // The last rule has to be there, whatever the rules before it match.
        if (rule.isAlways()) {
            return Optional.empty();
        }
        return first(rule)
                .map(before -> "rule " + before.id())
                .or(() -> together(rule)
                        .map(several -> "rules "
                                + String.join(
                                        ", ", several.stream().map(Rule::id).toList())));
    }

    private Optional<List<Rule>> together(Rule rule) {
        List<Rule> candidates = at(allProbes(rule))
                .filter(before -> before.conditions().stream()
                        .allMatch(wide -> !wide.parts().isEmpty()
                                || rule.conditions().stream().anyMatch(mine -> mine.implies(wide))))
                .filter(before -> hasNarrowerException(before, rule))
                .toList();
        return new JointCover(candidates, this::isWiderThanPart)
                .of(rule)
                .map(cover -> candidates.stream().filter(cover::contains).toList());
    }

    private boolean isWiderThanPart(Rule before, Rule part) {
        if (jointlyCompared == MOST_JOINTLY) {
            return false;
        }
        jointlyCompared++;
        return isWider(before, part);
    }

    private Stream<Rule> at(Set<Place> places) {
        return places.stream()
                .flatMap(key -> earlier.getOrDefault(key, List.of()).stream())
                .distinct()
                .sorted()
                .limit(MOST_COMPARED)
                .map(rules::get);
    }

    /** Returns the first of the earlier rules that matches everything that this one matches. */
    private Optional<Rule> first(Rule rule) {
        return at(probes(rule)).filter(before -> isWider(before, rule)).findFirst();
    }

    /**
     * Returns true if the earlier rule matches everything that the later one matches. A rule that does not name
     * automatic or rights-protected mail leaves it alone, see {@link Rule}, so such mail reaches a later rule that
     * names it.
     */
    private static boolean isWider(Rule before, Rule rule) {
        return kinds(before).containsAll(kinds(rule))
                && (before.meansRightsProtected() || !rule.meansRightsProtected())
                && (bindsAll(before) || !isAskedOfAutomatic(rule))
                && before.conditions().stream()
                        .filter(condition -> !condition.type().equals(WordCondition.KIND.type()))
                        .allMatch(wide -> rule.conditions().stream().anyMatch(mine -> mine.implies(wide)))
                && hasNarrowerException(before, rule);
    }

    /** Returns true if the rule's demand to encrypt may bind mail that the rule does not name, see {@code Decider}. */
    private static boolean isAskedOfAutomatic(Rule rule) {
        return rule.namedKinds().isEmpty()
                && rule.action() instanceof Action.Protect protect
                && protect.encrypt()
                        .filter(demand -> demand != Action.Demand.REQUIRED)
                        .isEmpty();
    }

    /** Returns true if no later rule's demand binds mail that this one matches. */
    private static boolean bindsAll(Rule rule) {
        return rule.action() instanceof Action.Delivery
                && (rule.namedKinds().isEmpty() || rule.namedKinds().size() == Facts.Kind.values().length);
    }

    private static boolean hasNarrowerException(Rule before, Rule rule) {
        return before.unless().isEmpty()
                || (!rule.unless().isEmpty()
                        && rule.unless().stream()
                                .allMatch(mine -> before.unless().stream().anyMatch(narrow -> narrow.implies(mine))));
    }

    /**
     * Returns the kinds that a rule matches; one that names none matches ordinary mail, except for a demand to encrypt.
     */
    private static Set<Facts.Kind> kinds(Rule rule) {
        Set<Facts.Kind> named = rule.namedKinds();
        return named.isEmpty() ? EnumSet.of(Facts.Kind.ORDINARY) : named;
    }

    // A rule with a hundred thousand rules before it is compared only with those that name one of its own values. Each
    // rule is filed under all values of one of its conditions, and a narrower rule has no values besides these.
    private static Set<Place> placesOf(Rule rule) {
        return rule.conditions().stream()
                .flatMap(condition -> values(condition).stream())
                .findFirst()
                .orElse(Set.of(new Place.Anything()));
    }

    private static Optional<Set<Place>> values(Condition condition) {
        if (!(condition instanceof PartyCondition(Party of, People any, var _, var _))) {
            return Optional.empty();
        }
        Set<Place> places = new HashSet<>();
        any.addresses().forEach(address -> places.add(new Place.Person(of, address)));
        any.groups().forEach(group -> places.add(new Place.Group(of, group)));
        any.domains().entries().forEach(entry -> places.add(new Place.Domains(of, entry)));
        return Optional.of(places);
    }

    /**
     * Returns the places of all rules that may be wider: the first value of each condition, and what that value is a
     * part of.
     */
    private static Set<Place> probes(Rule rule) {
        return probes(rule, 1);
    }

    /** Returns the places of all rules that may be wider than a part of this one. */
    private static Set<Place> allProbes(Rule rule) {
        return probes(rule, MOST_VALUES);
    }

    private static Set<Place> probes(Rule rule, int valuesOfEach) {
        Set<Place> probes = new HashSet<>();
        probes.add(new Place.Anything());
        for (Condition condition : rule.conditions()) {
            values(condition).stream().flatMap(Set::stream).limit(valuesOfEach).forEach(place -> {
                probes.add(place);
                switch (place) {
                    case Place.Person(Party of, MailAddress address) ->
                        domains(of, new DomainSet.Entry(address.domain(), false), probes);
                    case Place.Domains(Party of, DomainSet.Entry entry) -> domains(of, entry, probes);
                    case Place.Group _, Place.Anything _ -> {}
                }
            });
        }
        return probes;
    }

    private static void domains(Party of, DomainSet.Entry entry, Set<Place> probes) {
        probes.add(new Place.Domains(of, entry));
        String name = entry.domain().ascii();
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            Domain.parse(name.substring(dot + 1))
                    .ifPresent(parent -> probes.add(new Place.Domains(of, new DomainSet.Entry(parent, true))));
        }
    }

    /** A value of a condition on the sender or the recipient. */
    private sealed interface Place {
        record Person(Party of, MailAddress address) implements Place {}

        record Group(Party of, String name) implements Place {}

        record Domains(Party of, DomainSet.Entry entry) implements Place {}

        /** The place of a rule without such a condition. */
        record Anything() implements Place {}
    }

    private static void unused(YamlMapping root, YamlMapping groups) {
        Set<String> used = new HashSet<>();
        for (String section : List.of("mailboxPolicies", "partners", "words", "rules")) {
            root.value(section).ifPresent(value -> named(value, used));
        }
        groups.all().forEach((name, value) -> {
            if (!used.contains(name)) {
                value.warning("is not used anywhere");
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
                    .filter(text -> text.startsWith(Names.GROUP))
                    .ifPresent(text -> used.add(text.substring(Names.GROUP.length())));
        }
    }

    // Without this limit, ten thousand rules that name no address would each be compared with all the others.
    private static final int MOST_COMPARED = 1_000;
    private static final int MOST_VALUES = 64;
    // Rules that name many values are each cut into thousands of parts. After some seconds, only rules that a single
    // other rule makes idle are reported.
    private static final int MOST_JOINTLY = 10_000_000;
    private static final int MOST_PROBLEMS = 1_000;
    private static final Pattern OF_RULE = Pattern.compile("(rules\\[\\d+])(?:\\.([^.\\[]+).*)?");
    private static final Set<String> DOES = Set.of("then", "id");
}
