package org.postseal.policy;

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
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/**
 * Warns of what silently does nothing: a rule that no message reaches or meets, a group that nobody names, a default policy that extends another. A rule is only said to be idle when that is certain: in
 * a policy with errors, of those rules whose conditions are known. Used once.
 */
final class RuleAnalysis {
    private final List<Rule> rules = new ArrayList<>();
    private final Map<Place, List<Integer>> earlier = new HashMap<>();
    private int jointlyCompared;

    private RuleAnalysis() {}

    /**
     * @param root of the text
     * @param read its rules, as far as it is known what they match
     */
    static void check(YamlMapping root, List<RuleReader.Read> read, DomainSet internal, Problems problems) {
        List<String> errors = problems.all().stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .map(Problem::key)
                .toList();
        // Members of groups stand in the conditions; which domains are ours decides what can be met; and of too many
        // problems the rest is not known
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

    /** The rule that an error makes unknown, by its key: any error but one in what it does or in its name. */
    private static Optional<String> brokenRule(String key) {
        Matcher matcher = OF_RULE.matcher(key);
        return matcher.matches() && (matcher.group(2) == null || !DOES.contains(matcher.group(2)))
                ? Optional.of(matcher.group(1))
                : Optional.empty();
    }

    private void rules(List<RuleReader.Read> read, Contradiction contradiction) {
        for (RuleReader.Read each : read) {
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

    /** What takes everything from it, for a person to read: one rule, else several together. */
    private Optional<String> before(Rule rule) {
        // the last rule has to be there, whatever those before it match
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
                        .allMatch(wide -> JointCover.isCut(wide)
                                || rule.conditions().stream().anyMatch(mine -> Implication.of(mine, wide))))
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

    /** The first of the rules before that matches whatever this one does. */
    private Optional<Rule> first(Rule rule) {
        return at(probes(rule)).filter(before -> isWider(before, rule)).findFirst();
    }

    /**
     * A rule leaves automatic and rights-protected mail alone unless it names it, see {@link Rule}: what the later one means and the earlier one does not is reached.
     */
    private static boolean isWider(Rule before, Rule rule) {
        return kinds(before).containsAll(kinds(rule))
                && (meansRightsProtected(before) || !meansRightsProtected(rule))
                && (bindsAll(before) || !isAskedOfAutomatic(rule))
                && before.conditions().stream()
                        .filter(condition -> !(condition instanceof Condition.OfKind))
                        .allMatch(wide -> rule.conditions().stream().anyMatch(mine -> Implication.of(mine, wide)))
                && hasNarrowerException(before, rule);
    }

    /** Whether it may be asked for its demand to encrypt of mail that it does not name, see {@link Decider}. */
    private static boolean isAskedOfAutomatic(Rule rule) {
        return namedKinds(rule).isEmpty()
                && rule.action() instanceof Action.Protect protect
                && protect.encrypt()
                        .filter(demand -> demand != Action.Demand.REQUIRED)
                        .isEmpty();
    }

    /** Whether no rule behind is asked for its demand of mail that this one matches. */
    private static boolean bindsAll(Rule rule) {
        return rule.action() instanceof Action.Delivery
                && (namedKinds(rule).isEmpty() || namedKinds(rule).size() == Facts.Kind.values().length);
    }

    private static boolean hasNarrowerException(Rule before, Rule rule) {
        return before.unless().isEmpty()
                || (!rule.unless().isEmpty()
                        && rule.unless().stream()
                                .allMatch(mine ->
                                        before.unless().stream().anyMatch(narrow -> Implication.of(narrow, mine))));
    }

    static boolean meansRightsProtected(Rule rule) {
        return rule.conditions().stream()
                .anyMatch(condition -> condition instanceof Condition.WithTrait(Set<Facts.Trait> any)
                        && any.contains(Facts.Trait.RIGHTS_PROTECTED));
    }

    /** What a rule that names no kind matches without a demand to encrypt is ordinary mail. */
    private static Set<Facts.Kind> kinds(Rule rule) {
        Set<Facts.Kind> named = namedKinds(rule);
        return named.isEmpty() ? EnumSet.of(Facts.Kind.ORDINARY) : named;
    }

    /** The kinds that it names; none where it names none. */
    static Set<Facts.Kind> namedKinds(Rule rule) {
        return rule.conditions().stream()
                .flatMap(condition ->
                        condition instanceof Condition.OfKind(Set<Facts.Kind> any) ? Stream.of(any) : Stream.of())
                .findFirst()
                .orElse(Set.of());
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
        return probes(rule, 1);
    }

    /** Where every rule stands that may be wider than a part of this one. */
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
    private static final int MOST_VALUES = 64;
    // rules that name many values each are cut into thousands of parts: after some seconds only what one rule takes
    // from
    // another is told
    private static final int MOST_JOINTLY = 10_000_000;
    private static final int MOST_PROBLEMS = 1_000;
    private static final Pattern OF_RULE = Pattern.compile("(rules\\[\\d+])(?:\\.([^.\\[]+).*)?");
    private static final Set<String> DOES = Set.of("then", "id");
}
