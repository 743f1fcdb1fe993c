package org.postseal.certstore.directory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.postseal.certstore.source.Candidate;

/**
 * What a source offers: a certificate, or a key with its certificate.
 *
 * @param item what is chosen in the end
 * @param source its name
 * @param place of the source in the order of the configuration
 */
record Offer<T>(T item, Candidate candidate, String source, int place) {
    /** Source and place in it, as explanations name them. */
    String label() {
        return candidate.origin().isBlank() ? source : source + " " + candidate.origin();
    }

    /** By tier, the best first; none of them is empty. */
    static <T> Collection<List<Offer<T>>> tiers(List<Offer<T>> offers) {
        Map<Integer, List<Offer<T>>> byTier = new TreeMap<>();
        for (Offer<T> offer : offers) {
            byTier.computeIfAbsent(offer.candidate().tier(), _ -> new ArrayList<>())
                    .add(offer);
        }
        return byTier.values();
    }
}
