package org.postseal.gateway.smime;

import java.util.Set;
import org.postseal.policy.protection.LegacyAlgorithm;

/**
 * Says which foreign signatures are believed in addition to those that are always believed.
 *
 * @param old out-of-date digests that are believed all the same; a signature by any other old digest is never valid: it
 * is invalid if it is broken, and unverifiable if not
 * @param domains whether a domain signature is believed for an address of its domain (RFC 3183 §3)
 */
public record Believed(Set<LegacyAlgorithm> old, boolean domains) {
    /** Adds nothing to what is always believed. */
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
