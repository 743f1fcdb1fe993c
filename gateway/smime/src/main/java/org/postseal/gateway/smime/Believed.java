package org.postseal.gateway.smime;

import java.util.Set;
import org.postseal.policy.LegacyAlgorithm;

/**
 * What of a foreign signature is believed beyond the rule.
 *
 * @param old digests that are out of date and all the same believed; without them such a signature cannot be judged, however it was made
 * @param domains whether a domain signature is believed for an address of its domain (RFC 3183 §3)
 */
public record Believed(Set<LegacyAlgorithm> old, boolean domains) {
    /** Nothing beyond the rule. */
    public static final Believed NOTHING = new Believed(Set.of(), false);

    /** Every old digest: to name it, not to rely on it. */
    static final Believed ALL_OLD = new Believed(Set.of(LegacyAlgorithm.MD5, LegacyAlgorithm.SHA1), false);

    public Believed {
        old = Set.copyOf(old);
    }

    /** Whether signatures by this digest are believed. */
    boolean digest(DigestAlgorithm digest) {
        return !digest.isLegacy()
                || old.stream()
                        .anyMatch(each ->
                                each.digest().isPresent() && each.digest().equals(digest.word()));
    }
}
