package org.postseal.gateway.admin.cli.enrol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.enrolment.Wanted;
import org.postseal.gateway.admin.cli.ca.KnownPeople;
import org.postseal.gateway.admin.cli.directory.ServerGroup;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.config.EnrolmentConfig;
import org.postseal.gateway.config.EnrolmentConfig.Users;
import org.postseal.gateway.config.EnrolmentConfig.Who;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.people.DirectoryGroup;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.People;

/**
 * Finds out who is to have a certificate. Candidates are the people whom the database knows, the members of groups of
 * directory servers, and the addresses that the configuration names. Each gets one for their first internal address, by
 * the first item of the configuration that fits one of their addresses.
 */
final class EnrolledUsers {
    private final StoreAccess store;
    private final RuleSet rules;
    private final EnrolmentConfig config;
    private final Map<String, List<List<MailAddress>>> members = new LinkedHashMap<>();

    EnrolledUsers(StoreAccess store, RuleSet rules, EnrolmentConfig config) {
        this.store = store;
        this.rules = rules;
        this.config = config;
    }

    /** @throws CommandFailure when a group cannot be looked up: nobody can then tell who is to have what */
    List<Wanted> among(KnownPeople known) {
        List<List<MailAddress>> people = new ArrayList<>(known.people());
        List<People> named = new ArrayList<>();
        for (Users users : config.users()) {
            People all = resolved(users.who());
            named.add(all);
            all.groups().forEach(group -> people.addAll(membersOf(group)));
            all.addresses().stream()
                    .sorted(Comparator.comparing(MailAddress::key))
                    .forEach(each -> {
                        people.add(List.of(each));
                        if (!rules.isInternal(each)) {
                            store.warn("enrolment.users names " + Printable.line(each.toString())
                                    + ", whose domain is not internal; it gets nothing");
                        }
                    });
        }
        Map<MailAddress, Wanted> wanted = new LinkedHashMap<>();
        Set<MailAddress> seen = new HashSet<>();
        for (List<MailAddress> person : people) {
            Optional<MailAddress> first =
                    person.stream().filter(rules::isInternal).findFirst();
            if (first.isPresent() && !known.disabled().contains(first.get()) && seen.add(first.get())) {
                for (int i = 0; i < named.size() && !wanted.containsKey(first.get()); i++) {
                    if (fits(named.get(i), first.get(), person)) {
                        wanted.put(
                                first.get(), wanted(first.get(), config.users().get(i)));
                    }
                }
            }
        }
        return List.copyOf(wanted.values());
    }

    private static Wanted wanted(MailAddress address, Users users) {
        return new Wanted(
                address, users.authority(), users.profile().certificates(), users.algorithm(), users.renewBefore());
    }

    private boolean fits(People people, MailAddress first, List<MailAddress> person) {
        return people.domains().has(first.domain())
                || person.stream().anyMatch(people.addresses()::contains)
                || people.groups().stream()
                        .flatMap(group -> membersOf(group).stream())
                        .anyMatch(member -> member.contains(first));
    }

    private People resolved(List<Who> who) {
        Set<MailAddress> addresses = new HashSet<>();
        Set<String> groups = new HashSet<>();
        DomainSet domains = new DomainSet();
        for (Who each : who) {
            switch (each) {
                case Who.Address(MailAddress address) -> addresses.add(address);
                case Who.Domain(DomainSet.Entry domain) -> domains.add(domain);
                case Who.Group(String name) -> add(known(rules.group(name), "group", name), addresses, groups, domains);
                case Who.MailboxPolicy(String name) ->
                    add(known(rules.peopleOf(name), "mailbox policy", name), addresses, groups, domains);
            }
        }
        return new People(addresses, groups, domains);
    }

    private static void add(People people, Set<MailAddress> addresses, Set<String> groups, DomainSet domains) {
        addresses.addAll(people.addresses());
        groups.addAll(people.groups());
        people.domains().entries().forEach(domains::add);
    }

    private static People known(Optional<People> people, String kind, String name) {
        return people.orElseThrow(() -> new CommandFailure(
                ExitCode.CONFIG,
                "enrolment.users names the " + kind + " " + name + ", which the policy does not have"));
    }

    private List<List<MailAddress>> membersOf(String group) {
        return members.computeIfAbsent(group, name -> {
            DirectoryGroup found =
                    Optional.ofNullable(rules.directoryGroups().get(name)).orElseThrow();
            return ServerGroup.members(store, Optional.of(found.server()), found.entry());
        });
    }
}
