package org.postseal.policy.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.Names;
import org.postseal.policy.protection.LegacyAlgorithm;
import org.postseal.policy.settings.MailboxPolicy.Assignment;
import org.postseal.policy.yaml.Nearest;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code mailboxPolicies} and checks them against each other. Used once. */
public final class MailboxPolicyReader {
    private final Set<String> groups;
    private final DomainSet internal;
    private final Map<String, MailboxPolicy> policies = new LinkedHashMap<>();
    private final Map<String, YamlMapping> written = new HashMap<>();
    private final Map<Object, String> assigned = new HashMap<>();

    public MailboxPolicyReader(Set<String> groups, DomainSet internal) {
        this.groups = groups;
        this.internal = internal;
    }

    public Map<String, MailboxPolicy> read(YamlMapping section) {
        section.all().forEach((name, value) -> {
            if (!Names.isName(name)) {
                value.error(Names.RULE);
            }
            value.mapping().ifPresent(mapping -> {
                written.put(name, mapping);
                policies.put(name, policy(name, mapping));
            });
        });
        checkParents();
        return policies;
    }

    /**
     * Checks for problems that show only in the whole: settings that weaken, algorithms that do not go together, and
     * policies that apply to nobody.
     *
     * @param isDemandedByRule whether a rule demands encryption, and takes what the policies take for it
     */
    public void check(SmimeConfig smime, boolean isDemandedByRule) {
        MailboxPolicies all = new MailboxPolicies(policies, Map.of(), smime);
        Set<String> extended = new HashSet<>();
        policies.values().forEach(policy -> policy.parent().ifPresent(extended::add));
        policies.forEach((name, policy) -> {
            boolean isDefault = name.equals(MailboxPolicy.DEFAULT);
            Settings above = isDefault
                    ? Settings.BUILT_IN.with(smime)
                    : policy.parent()
                            .map(policies::get)
                            .map(parent -> all.level(all.organisation(), parent, Level.Rank.USER))
                            .orElse(all.organisation());
            new MailboxPolicyChecks(policy, mapping(name), above, isDemandedByRule).check();
            if (!isDefault && !mapping(name).names().contains("appliesTo") && !extended.contains(name)) {
                mapping(name).warning("applies to nobody: no appliesTo, and no policy extends it");
            }
        });
    }

    private MailboxPolicy policy(String name, YamlMapping mapping) {
        Optional<String> parent = mapping.string("extends");
        Assignment assignment =
                mapping.value("appliesTo").map(value -> appliesTo(name, value)).orElse(Assignment.NONE);
        Optional<Profile> profile = mapping.value("profile").flatMap(MailboxPolicyReader::profile);
        Map<MailboxParameter<?>, Object> written = new LinkedHashMap<>();
        Optional<YamlMapping> sizes = mapping.mapping(SIZES);
        for (MailboxParameter<?> parameter : MailboxParameter.all()) {
            Optional<YamlValue> value = parameter.name().startsWith(SIZES)
                    ? sizes.flatMap(section -> section.value(parameter.name().substring(SIZES.length() + 1)))
                    : mapping.value(parameter.name());
            value.flatMap(parameter::read).ifPresent(read -> written.put(parameter, read));
        }
        sizes.ifPresent(YamlMapping::refuseOthers);
        if (written.get(MailboxParameter.READ_LEGACY_ALGORITHMS) instanceof Set<?> old
                && old.contains(LegacyAlgorithm.AEAD_IN_ENVELOPED_DATA)) {
            mapping.place(MailboxParameter.READ_LEGACY_ALGORITHMS.name())
                    .error("AEADInEnvelopedData is read only from partners whose From is proved;"
                            + " write it in readLegacyAlgorithms of a partner");
        }
        MailboxPolicy policy = new MailboxPolicy(name, parent, assignment, profile, written, mayWeaken(mapping));
        mapping.refuseOthers();
        return policy;
    }

    private static Optional<Profile> profile(YamlValue value) {
        Optional<Profile> renamed = value.text().map(Profile.RENAMED::get);
        renamed.ifPresent(now -> value.warning("is now called " + now.word() + "; the old name still works"));
        Optional<Profile> profile = renamed.or(() -> value.word(Profile.WORDS));
        profile.flatMap(named -> ProfileTable.of(named).notice())
                .ifPresent(notice -> value.warningFrom(notice.from(), notice.text()));
        return profile;
    }

    private static Set<MailboxParameter<?>> mayWeaken(YamlMapping mapping) {
        Map<String, MailboxParameter<?>> words = new LinkedHashMap<>();
        MailboxParameter.all().stream()
                .filter(MailboxParameter::addsUp)
                .forEach(parameter -> words.put(parameter.name(), parameter));
        Set<MailboxParameter<?>> named = new HashSet<>();
        for (YamlValue item : mapping.oneOrMore("mayWeaken")) {
            item.word(words).ifPresent(require -> {
                named.add(require);
                if (!mapping.names().contains(require.name())
                        && !mapping.names().contains("profile")) {
                    item.error("this policy does not set " + require.name() + ", so it cannot let others weaken it");
                }
            });
        }
        return named;
    }

    private Assignment appliesTo(String policy, YamlValue value) {
        if (policy.equals(MailboxPolicy.DEFAULT)) {
            value.error("the default policy is for everybody; leave appliesTo out");
            return Assignment.NONE;
        }
        List<MailAddress> users = new ArrayList<>();
        List<String> named = new ArrayList<>();
        List<DomainSet.Entry> domains = new ArrayList<>();
        for (YamlValue item : value.oneOrMore()) {
            item.string().ifPresent(text -> {
                if (text.startsWith(Names.GROUP)) {
                    group(item, text.substring(Names.GROUP.length())).ifPresent(named::add);
                } else if (text.contains("@")) {
                    item.parsed("a mail address", MailAddress::parse).ifPresent(user -> {
                        users.add(user);
                        assign(policy, user, item);
                        warnIfOutside(item, new DomainSet.Entry(user.domain(), false));
                    });
                } else {
                    item.parsed("an address, a domain, *.domain or group:NAME", DomainSet.Entry::parse)
                            .ifPresent(entry -> {
                                domains.add(entry);
                                assign(policy, entry, item);
                                warnIfOutside(item, entry);
                            });
                }
            });
        }
        return new Assignment(users, named, domains);
    }

    private Optional<String> group(YamlValue item, String name) {
        if (groups.contains(name)) {
            return Optional.of(name);
        }
        item.error("unknown group '" + YamlValue.clean(name) + "'" + Nearest.hint(name, groups));
        return Optional.empty();
    }

    private void assign(String policy, Object to, YamlValue item) {
        String other = assigned.putIfAbsent(to, policy);
        if (other != null) {
            item.error(
                    other.equals(policy)
                            ? "is there twice"
                            : "already has mailbox policy " + other + "; one of the two must go");
        }
    }

    private void warnIfOutside(YamlValue item, DomainSet.Entry entry) {
        if (!internal.covers(entry)) {
            item.warning("is not internal, so no mail from there has a mailbox policy");
        }
    }

    private void checkParents() {
        policies.replaceAll((name, policy) -> {
            if (policy.parent().isEmpty()) {
                return policy;
            }
            String parent = policy.parent().get();
            YamlValue value = mapping(name).value("extends").orElseThrow();
            if (!policies.containsKey(parent)) {
                List<String> others = policies.keySet().stream()
                        .filter(other -> !other.equals(name))
                        .toList();
                value.error("unknown mailbox policy '" + YamlValue.clean(parent) + "'" + Nearest.hint(parent, others));
                return policy.withoutParent();
            }
            if (isInCircle(name)) {
                value.error("extends itself in a circle");
                return policy.withoutParent();
            }
            return policy;
        });
    }

    private boolean isInCircle(String name) {
        Set<String> seen = new HashSet<>();
        Optional<MailboxPolicy> next = Optional.ofNullable(policies.get(name));
        while (next.isPresent()) {
            if (!seen.add(next.get().name())) {
                return true;
            }
            next = next.get().parent().map(policies::get);
        }
        return false;
    }

    private YamlMapping mapping(String name) {
        return Objects.requireNonNull(written.get(name));
    }

    public static final String SIZES = "minimumKeySize";
}
