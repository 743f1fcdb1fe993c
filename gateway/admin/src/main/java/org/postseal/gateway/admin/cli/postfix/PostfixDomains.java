package org.postseal.gateway.admin.cli.postfix;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.certstore.Domain;
import org.postseal.policy.people.DomainSet;

/**
 * Compares the domains that Postfix delivers here with the internal domains of the policy. Postfix compares spellings,
 * apart from their case: {@code bücher.example} and {@code xn--bcher-kva.example} are two domains to it, and it sends
 * mail for a domain that it does not know to the outside.
 *
 * @param names the domains in its lists
 * @param relayed those that it takes and sends on, to a server that it has a transport for; without one, they are
 *     outside
 * @param parents those of which it takes every subdomain too
 * @param isComplete whether the lists name no tables; tables are not read here
 * @param isRouted whether a map may send mail for any domain elsewhere
 */
record PostfixDomains(
        List<Domain> names, List<Domain> relayed, List<Domain> parents, boolean isComplete, boolean isRouted) {
    /** Reads every list of {@code main.cf} that names domains. */
    static PostfixDomains of(PostfixSettings settings) {
        List<Domain> names = new ArrayList<>();
        List<Domain> relayed = new ArrayList<>();
        List<Domain> parents = new ArrayList<>();
        boolean isComplete = true;
        boolean isRouted = !settings.value("transport_maps").isEmpty()
                || !settings.value("relay_transport").equals("relay");
        boolean hasSubdomains =
                settings.words("parent_domain_matches_subdomains").contains(RELAY);
        for (String list : LISTS) {
            for (String word : settings.words(list)) {
                boolean isRelay = list.equals(RELAY);
                boolean isBelow = isRelay && word.startsWith(".");
                Optional<Domain> domain = Domain.parse(isBelow ? word.substring(1) : word);
                domain.filter(_ -> !isRelay).ifPresent(names::add);
                domain.filter(_ -> isRelay && isRouted && !isBelow).ifPresent(relayed::add);
                domain.filter(_ -> isRelay && isRouted && (isBelow || hasSubdomains))
                        .ifPresent(parents::add);
                isComplete &= domain.isPresent() || word.startsWith("!");
            }
        }
        return new PostfixDomains(names, relayed, parents, isComplete, isRouted);
    }

    /** Returns the domains of {@code mydestination}, whose mailboxes are the same: first the one that is internal. */
    static List<Domain> local(PostfixSettings settings, DomainSet internal) {
        return settings.words("mydestination").stream()
                .map(Domain::parse)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(domain -> !internal.has(domain)))
                .distinct()
                .toList();
    }

    /** Returns all but these. */
    PostfixDomains without(List<Domain> others) {
        return new PostfixDomains(
                names.stream().filter(name -> !others.contains(name)).toList(), relayed, parents, isComplete, isRouted);
    }

    /**
     * Finds the domains that the policy and Postfix do not spell alike, and those that only one of them takes for ours.
     */
    List<Unsafe> against(DomainSet internal) {
        List<Unsafe> found = new ArrayList<>();
        for (DomainSet.Entry entry : internal.written()) {
            if (entry.below() && parents.stream().noneMatch(parent -> isWithin(entry.domain(), parent))) {
                found.add(new Unsafe(
                        isComplete && !isRouted,
                        "Postfix sends mail for subdomains of " + entry.domain()
                                + " to the outside, and they are internal to the policy",
                        "write the subdomains that you have in internal of the policy, and no *." + entry.domain()));
            } else if (!entry.below() && !takes(entry.domain())) {
                unknown(entry.domain()).ifPresent(found::add);
            }
        }
        for (Domain name : taken().toList()) {
            if (internal.has(name) && !internal.spells(name) && !internal.spells(Domain.of(folded(name)))) {
                found.add(new Unsafe(
                        false,
                        "the gateway refuses mail for " + name + ", which the policy spells otherwise",
                        "write " + name + " in internal of the policy too"));
            }
            if (!internal.has(name) && names.contains(name)) {
                found.add(new Unsafe(
                        true,
                        "Postfix takes mail for " + name + ", and the policy takes it for outside: no rule for incoming"
                                + " mail is asked",
                        "take " + name + " out of main.cf, or write it in internal of the policy"));
            }
        }
        return found;
    }

    /** Returns whether Postfix takes mail for the domain, by a list that names it. */
    boolean takes(Domain domain) {
        String wanted = folded(domain);
        return taken().anyMatch(name -> folded(name).equals(wanted))
                || parents.stream().anyMatch(parent -> wanted.endsWith("." + folded(parent)));
    }

    private Stream<Domain> taken() {
        return Stream.concat(names.stream(), relayed.stream());
    }

    private static boolean isWithin(Domain domain, Domain parent) {
        return ("." + folded(domain)).endsWith("." + folded(parent));
    }

    private Optional<Unsafe> unknown(Domain domain) {
        String outside = "Postfix sends mail for " + domain + " to the outside, and it is internal to the policy: ";
        String hint = "add " + domain + " to the list of main.cf that is to have it: " + String.join(", ", LISTS);
        Optional<Domain> other = taken().filter(domain::equals).findFirst();
        if (other.isPresent()) {
            return Optional.of(new Unsafe(true, outside + "main.cf has it as " + other.get(), hint));
        }
        if (isComplete) {
            return Optional.of(new Unsafe(
                    false, outside + "no list of main.cf has it, or relay_domains without a transport", hint));
        }
        return domain.standardSpellings().size() > 1
                ? Optional.of(new Unsafe(
                        false,
                        "it is not known whether Postfix spells " + domain + " so, since tables are not read",
                        "postmap -q " + domain + " TABLE must find it, or Postfix sends mail for it to the outside"))
                : Optional.empty();
    }

    // Postfix folds the case of all letters. Where it does not (smtputf8_enable = no), it refuses letters beyond ASCII.
    private static String folded(Domain domain) {
        return domain.text().toLowerCase(Locale.ROOT);
    }

    private static final String RELAY = "relay_domains";

    /** The lists of Postfix; a domain that it is to deliver here must stand in one of them. */
    static final List<String> LISTS =
            List.of("mydestination", "virtual_mailbox_domains", "virtual_alias_domains", RELAY);
}
