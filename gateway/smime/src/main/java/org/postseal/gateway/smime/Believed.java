package org.postseal.gateway.smime;

import java.util.Set;
import org.postseal.policy.protection.LegacyAlgorithm;

/**
 * Says which foreign signatures are believed beyond the rule.
 *
 * @param old digests that are out of date and believed all the same; a signature by another old digest cannot be
 * judged, however it was made
 * @param domains whether a domain signature is believed for an address of its domain (RFC 3183 §3)
 */
public record Believed(Set<LegacyAlgorithm> old, boolean domains) {
    /** Believes nothing beyond the rule. */
    public static final Believed NOTHING = new Believed(Set.of(), false);

    /** Believes every old digest, in order to name it and not to rely on it. */
    static final Believed ALL_OLD = new Believed(Set.of(LegacyAlgorithm.MD5, LegacyAlgorithm.SHA1), false);

    public Believed {
        old = Set.copyOf(old);
    }

    boolean digest(DigestAlgorithm digest) {
        return !digest.isLegacy()
                || old.stream()
                        .anyMatch(each ->
                                each.digest().isPresent() && each.digest().equals(digest.word()));
    }
}
