package org.postseal.certstore;

import java.util.Set;

/**
 * Drafts whose algorithms the administrator can allow ({@code crypto.drafts}). None is allowed until somebody says so.
 * What is allowed holds for the whole process, like the providers of its cryptography.
 */
public enum Draft {
    /** Composite ML-DSA and ML-KEM (draft-ietf-lamps-pq-composite-sigs, draft-ietf-lamps-pq-composite-kem). */
    COMPOSITE;

    private static volatile Set<Draft> allowed = Set.of();

    /** Allows these drafts and no others. */
    public static void allow(Set<Draft> drafts) {
        allowed = Set.copyOf(drafts);
    }

    public boolean isAllowed() {
        return allowed.contains(this);
    }
}
