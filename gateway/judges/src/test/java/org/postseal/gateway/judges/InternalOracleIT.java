package org.postseal.gateway.judges;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.testkit.Requirements;

/** Whom a real Postfix delivers outside. */
class InternalOracleIT extends OracleContract {
    /** Addresses that are somebody outside to everybody, nobody anywhere, or at a domain that nobody here spells so. */
    private static final Set<String> OUTSIDE = Set.of(
            "rcpt:outside",
            "rcpt:at-outside",
            "rcpt:bang-outside",
            "rcpt:percent-outside",
            "rcpt:route-own",
            "rcpt:subdomain",
            "rcpt:literal",
            "rcpt:utf8",
            "rcpt:dash",
            "home:u-label-upper",
            "home:decomposed");

    /** Addresses that an MTA may route elsewhere; the gateway takes none of them for ours. */
    private static final Set<String> ELSEWHERE = Stream.of(LocalPartSpelling.values())
            .map(LocalPartSpelling::production)
            .filter(name -> name.matches("rcpt:(percent|bang|at|comma|angle|route-quoted).*"))
            .collect(Collectors.toSet());

    /** Addresses that everybody takes for one of ours. */
    private static final Set<String> OURS = Set.of(
            "rcpt:plain",
            "rcpt:outside",
            "rcpt:plus",
            "rcpt:plus-outside",
            "rcpt:upper",
            "rcpt:upper-domain",
            "rcpt:quoted",
            "rcpt:quoted-blank",
            "rcpt:quoted-pair",
            "rcpt:pipe",
            "rcpt:route",
            "rcpt:route-own",
            "rcpt:slash",
            "rcpt:subaddress-srs",
            "home:ascii");

    InternalOracleIT() {
        Requirements.postfix();
        super(new InternalOracle(), 1500, 500);
    }

    @Override
    String claimed() {
        return "internal";
    }

    @Override
    Set<String> unclaimed() {
        return Set.of("refused");
    }

    @Override
    Set<String> excusedFromTheClaim() {
        Set<String> never = new TreeSet<>(OUTSIDE);
        never.addAll(ELSEWHERE);
        return never;
    }

    @Override
    Set<String> excusedFromItsAbsence() {
        return OURS;
    }
}
