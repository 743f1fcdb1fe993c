package org.postseal.certstore.directory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.postseal.certstore.source.Candidate;

/**
 * A certificate, or a key with its certificate, that a source offers.
 *
 * @param item what the search returns if this offer is chosen
 * @param source the name of the source
 * @param place the place of the source in the order of the configuration
 */
record Offer<T>(T item, Candidate candidate, String source, int place) {
    /** Returns the source and the place in it, as explanations name them. */
    String label() {
        return candidate.origin().isBlank() ? source : source + " " + candidate.origin();
    }

    /** Groups the offers by tier, best first. No group is empty. */
    static <T> Collection<List<Offer<T>>> tiers(List<Offer<T>> offers) {
        Map<Integer, List<Offer<T>>> byTier = new TreeMap<>();
        for (Offer<T> offer : offers) {
            byTier.computeIfAbsent(offer.candidate().tier(), _ -> new ArrayList<>())
                    .add(offer);
        }
        return byTier.values();
    }
}
