package org.postseal.gateway.admin.cli.postfix;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.Domain;
import org.postseal.policy.people.DomainSet;

/**
 * Compares the domains that Postfix delivers here with the internal domains of the policy. Postfix compares spellings,
 * apart from their case: {@code bücher.example} and {@code xn--bcher-kva.example} are two domains to it, and it sends
 * mail for a domain that it does not know to the outside.
 *
 * @param names the domains in its lists
 * @param parents those of which it takes every subdomain too
 * @param isComplete whether the lists name no tables; tables are not read here
 */
record PostfixDomains(List<Domain> names, List<Domain> parents, boolean isComplete) {
    static PostfixDomains of(PostfixSettings settings) {
        List<Domain> names = new ArrayList<>();
        List<Domain> parents = new ArrayList<>();
        boolean isComplete = true;
        for (String list : LISTS) {
            for (String word : settings.words(list)) {
                Optional<Domain> domain = Domain.parse(word);
                domain.ifPresent(names::add);
                // parent_domain_matches_subdomains has it by default
                domain.filter(_ -> list.equals(RELAY)).ifPresent(parents::add);
                isComplete &= domain.isPresent() || word.startsWith("!");
            }
        }
        return new PostfixDomains(names, parents, isComplete);
    }

    /**
     * Finds the domains that the policy and Postfix do not spell alike, and those that only one of them takes for ours.
     */
    List<Unsafe> against(DomainSet internal) {
        List<Unsafe> found = new ArrayList<>();
        for (DomainSet.Entry entry : internal.written()) {
            if (!entry.below() && !takes(entry.domain())) {
                unknown(entry.domain()).ifPresent(found::add);
            }
        }
        for (Domain name : names) {
            if (internal.has(name) && !internal.spells(name) && !internal.spells(Domain.of(folded(name)))) {
                found.add(new Unsafe(
                        false,
                        "the gateway refuses mail for " + name + ", which the policy spells otherwise",
                        "write " + name + " in internal of the policy too"));
            }
            if (!internal.has(name)) {
                found.add(new Unsafe(
                        true,
                        "Postfix takes mail for " + name + ", and the policy takes it for outside: no rule for incoming"
                                + " mail is asked",
                        "write " + name + " in internal of the policy, or take it out of main.cf"));
            }
        }
        return found;
    }

    private boolean takes(Domain domain) {
        String wanted = folded(domain);
        return names.stream().anyMatch(name -> folded(name).equals(wanted))
                || parents.stream().anyMatch(parent -> wanted.endsWith("." + folded(parent)));
    }

    private Optional<Unsafe> unknown(Domain domain) {
        String outside = "Postfix sends mail for " + domain + " to the outside, and it is internal to the policy: ";
        String hint = "add " + domain + " to the list of main.cf that is to have it: " + String.join(", ", LISTS);
        Optional<Domain> other = names.stream().filter(domain::equals).findFirst();
        if (other.isPresent()) {
            return Optional.of(new Unsafe(true, outside + "main.cf has it as " + other.get(), hint));
        }
        if (isComplete) {
            return Optional.of(new Unsafe(false, outside + "no list of main.cf has it", hint));
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
