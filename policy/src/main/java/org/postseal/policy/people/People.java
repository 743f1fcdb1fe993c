package org.postseal.policy.people;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;

/**
 * People, named by their addresses, their groups or the domains of their addresses. Immutable.
 *
 * @param groups names of groups whose members a directory server knows
 */
public record People(Set<MailAddress> addresses, Set<String> groups, DomainSet domains) {
    public static People of(DomainSet domains) {
        return new People(Set.of(), Set.of(), domains);
    }

    /** Returns true if all of them are certainly among the others. */
    public boolean isWithin(People others) {
        return others.groups.containsAll(groups)
                && addresses.stream()
                        .allMatch(address -> others.addresses.contains(address) || others.domains.has(address.domain()))
                && others.domains.covers(domains);
    }

    /**
     * Returns false if certainly none of them is among the others. The members of a directory server's group are not
     * known here.
     */
    public boolean mayMeet(People others) {
        return !groups.isEmpty()
                || !others.groups.isEmpty()
                || !Collections.disjoint(addresses, others.addresses)
                || others.haveDomainOf(addresses)
                || haveDomainOf(others.addresses)
                || domains.meets(others.domains);
    }

    private boolean haveDomainOf(Set<MailAddress> some) {
        return some.stream().map(MailAddress::domain).anyMatch(domains::has);
    }

    /** Returns each address, each group and each domain alone. */
    public Stream<People> each() {
        Stream<People> named = addresses.stream().map(one -> new People(Set.of(one), Set.of(), new DomainSet()));
        Stream<People> grouped = groups.stream().map(one -> new People(Set.of(), Set.of(one), new DomainSet()));
        Stream<People> placed = domains.entries().stream().map(one -> of(DomainSet.of(one)));
        return Stream.of(named, grouped, placed).flatMap(people -> people);
    }

    /** Names them for people, with these words before the domains. */
    public String words(String beforeDomains) {
        List<String> parts = new ArrayList<>();
        if (!addresses.isEmpty()) {
            parts.add(Listing.of(addresses));
        }
        if (!groups.isEmpty()) {
            parts.add("in the group " + Listing.of(groups));
        }
        if (!domains.entries().isEmpty()) {
            parts.add(beforeDomains + domains);
        }
        return String.join(" or ", parts);
    }
}
