package org.postseal.policy.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.settings.Level;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.MailboxPolicies;
import org.postseal.policy.settings.MailboxPolicy;
import org.postseal.policy.settings.MailboxPolicyReader;
import org.postseal.policy.settings.Partners;
import org.postseal.policy.settings.Profile;
import org.postseal.policy.settings.ProfileTable;
import org.postseal.policy.settings.Settings;
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlReader;
import org.postseal.policy.yaml.YamlValue;

/**
 * Finds the lines of a policy that ask for less than a profile, whether the policy names it or not. A setting counts
 * only where it would be in force, so a weaker one below a demand that may not be weakened is none. Used once.
 */
public final class ProfileReview {
    private final Profile profile;
    private final ProfileTable table;
    private final YamlMapping root;
    private final MailboxPolicies policies;
    private final Set<String> scope;
    /** The settings of each level that the profile is asked of. */
    private final List<Settings> levels = new ArrayList<>();

    private ProfileReview(Profile profile, YamlMapping root, MailboxPolicies policies) {
        this.profile = profile;
        this.table = ProfileTable.of(profile);
        this.root = root;
        this.policies = policies;
        this.scope = policies.under(profile);
    }

    /**
     * What was found.
     *
     * @param scope the mailbox policies that name the profile, or extend one that does; if there are none, the profile
     *     is asked of everybody
     * @param problems what asks for less than the profile, each at its line
     */
    public record Result(Set<String> scope, List<Problem> problems) {}

    /** Reviews the text of a policy; the result is empty if the policy cannot be used. */
    public static Optional<Result> of(String yaml, Profile profile) {
        Problems found = new Problems("");
        return PolicyReader.read(yaml, new Problems(""))
                .flatMap(policy -> YamlReader.read(yaml, found).map(root -> {
                    ProfileReview review = new ProfileReview(profile, root, policy.mailboxPolicies());
                    review.levels();
                    review.partners();
                    review.rules(policy);
                    return new Result(review.scope, found.all());
                }));
    }

    private void levels() {
        YamlMapping written = root.mappingOrEmpty("mailboxPolicies");
        if (scope.isEmpty() || scope.contains(MailboxPolicy.DEFAULT)) {
            Settings organisation = policies.organisation();
            levels.add(organisation);
            YamlMapping mapping = written.mappingOrEmpty(MailboxPolicy.DEFAULT);
            table.demands().forEach(parameter -> level(parameter, organisation, mapping));
        }
        for (MailboxPolicy policy : policies.all()) {
            if (policy.name().equals(MailboxPolicy.DEFAULT) || !(scope.isEmpty() || scope.contains(policy.name()))) {
                continue;
            }
            Settings settings = policies.level(
                    policies.organisation(), policy, policy.appliesTo().rank());
            levels.add(settings);
            YamlMapping mapping = written.mappingOrEmpty(policy.name());
            table.demands().stream().filter(policy::sets).forEach(parameter -> level(parameter, settings, mapping));
        }
    }

    private <T> void level(MailboxParameter<T> parameter, Settings settings, YamlMapping mapping) {
        T value = settings.value(parameter);
        if (table.isBrokenBy(parameter, value)) {
            at(mapping, parameter.name())
                    .orElseGet(() -> mapping.place("profile"))
                    .warning(parameter + " is " + parameter.text(value) + says(parameter));
        }
    }

    private void partners() {
        YamlMapping written = root.mappingOrEmpty("partners");
        for (MailboxPolicy partner : policies.partners().all()) {
            List<Settings> over =
                    levels.stream().map(each -> Partners.over(each, partner)).toList();
            overlay("partner " + partner.name(), partner.written(), over, written.mappingOrEmpty(partner.name()));
        }
    }

    private void rules(Policy policy) {
        List<YamlValue> written = root.oneOrMore("rules");
        for (int i = 0; i < policy.rules().size(); i++) {
            Rule rule = policy.rules().get(i);
            Settings.OfRule asked = rule.action().asked().settings();
            if (!asked.values().isEmpty()) {
                List<Settings> over = levels.stream()
                        .map(each -> each.with(asked, Level.rule(rule.id())))
                        .toList();
                written.get(i)
                        .mapping()
                        .flatMap(mapping -> mapping.mapping("then"))
                        .ifPresent(then -> overlay("rule " + rule.id(), asked.values(), over, then));
            }
        }
    }

    private void overlay(String name, Map<MailboxParameter<?>, Object> own, List<Settings> over, YamlMapping mapping) {
        table.demands().stream().filter(own::containsKey).forEach(parameter -> overlay(name, parameter, over, mapping));
    }

    private <T> void overlay(String name, MailboxParameter<T> parameter, List<Settings> over, YamlMapping mapping) {
        over.stream()
                .map(each -> each.value(parameter))
                .filter(value -> table.isBrokenBy(parameter, value))
                .findFirst()
                .ifPresent(value -> at(mapping, parameter.name())
                        .ifPresent(place -> place.warning(
                                "for " + name + ", " + parameter + " is " + parameter.text(value) + says(parameter))));
    }

    private <T> String says(MailboxParameter<T> parameter) {
        return table.get(parameter)
                .map(wanted -> ", and profile " + profile.word() + " says " + parameter.text(wanted))
                .orElse("");
    }

    private static Optional<YamlValue> at(YamlMapping mapping, String name) {
        String sizes = MailboxPolicyReader.SIZES + ".";
        return name.startsWith(sizes)
                ? mapping.mapping(MailboxPolicyReader.SIZES)
                        .flatMap(section -> section.value(name.substring(sizes.length())))
                : mapping.value(name);
    }
}
