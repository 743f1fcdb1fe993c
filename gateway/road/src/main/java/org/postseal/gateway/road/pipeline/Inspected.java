package org.postseal.gateway.road.pipeline;

import java.util.List;
import org.postseal.gateway.mail.AuthenticationResults;
import org.postseal.policy.facts.Facts;

/** A message that has been looked at, and about which nothing has been asked or decided yet. */
record Inspected(Arrival arrival, Inspection inspection) {
    /**
     * Adds to an inspection what our own mail servers say of DMARC. Their word counts only in mail from outside that
     * one of the trusted peers hands over, since nobody else is known to have removed what others have forged.
     */
    static Inspected of(Arrival arrival, Inspection inspection) {
        Inspected inspected = new Inspected(arrival, inspection);
        List<String> trusted = inspected.trustedServers();
        boolean passes = !trusted.isEmpty()
                && inspection
                        .from()
                        .filter(from -> AuthenticationResults.passDmarc(
                                inspection.root().header(), trusted, from.domain()))
                        .isPresent();
        return passes ? new Inspected(arrival, inspection.with(Facts.Trait.DMARC)) : inspected;
    }

    /** Returns the ids of our own mail servers, if their word counts in this message. */
    List<String> trustedServers() {
        boolean isHeard = arrival.envelope().peer().isTrusted()
                && !inspection.peer().maySubmit()
                && !inspection.facts().author().isUnclear();
        return isHeard ? arrival.policy().rules().trustedServers().ids() : List.of();
    }
}
