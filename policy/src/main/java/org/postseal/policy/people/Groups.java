package org.postseal.policy.people;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.postseal.certstore.MailAddress;

/**
 * The {@code groups} of a policy. Immutable.
 *
 * @param listed members by name of the group
 * @param inDirectory groups whose members a directory server knows, by name
 * @param lines the groups' lines in the policy, by name
 */
public record Groups(
        Map<String, Set<MailAddress>> listed, Map<String, DirectoryGroup> inDirectory, Map<String, Integer> lines) {
    public static final Groups NONE = new Groups(Map.of(), Map.of(), Map.of());

    public Set<String> names() {
        Map<String, Object> names = new LinkedHashMap<>(listed);
        names.putAll(inDirectory);
        return names.keySet();
    }

    /** Returns the members of a group, who may be known to a directory server alone; empty if there is none. */
    public Optional<People> members(String name) {
        return inDirectory.containsKey(name)
                ? Optional.of(new People(Set.of(), Set.of(name), new DomainSet()))
                : Optional.ofNullable(listed.get(name)).map(found -> new People(found, Set.of(), new DomainSet()));
    }

    /** Returns the listed groups of everybody who is in one. */
    public Map<MailAddress, Set<String>> byMember() {
        Map<MailAddress, Set<String>> byMember = new HashMap<>();
        listed.forEach((name, members) -> members.forEach(
                member -> byMember.computeIfAbsent(member, _ -> new TreeSet<>()).add(name)));
        return byMember;
    }
}
