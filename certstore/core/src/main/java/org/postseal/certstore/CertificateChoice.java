package org.postseal.certstore;

import java.util.List;

/**
 * Says which certificate was chosen for an address and purpose, and what was found about every other candidate. It
 * answers the question "why this one?".
 */
public sealed interface CertificateChoice<T> {
    /** Returns every candidate with its status, best first. The chosen one is included. */
    List<Considered> considered();

    /** A candidate was chosen, and {@code choice} is the one to use. */
    record Chosen<T>(T choice, List<Considered> considered) implements CertificateChoice<T> {}

    /** No candidate may be used. The status is that of the best candidate, or {@code Missing} if there is none. */
    record NoneUsable<T>(CertificateStatus status, List<Considered> considered) implements CertificateChoice<T> {}

    /**
     * A candidate and its status.
     *
     * @param source where it came from, for example {@code files}, {@code own} or {@code ldap:corp userCertificate}
     * @param evidence what the status is based on
     */
    record Considered(CertificateId id, String source, CertificateStatus status, PathEvidence evidence) {
        /** Creates a candidate whose status is not based on any evidence. */
        public Considered(CertificateId id, String source, CertificateStatus status) {
            this(id, source, status, PathEvidence.NONE);
        }
    }
}
