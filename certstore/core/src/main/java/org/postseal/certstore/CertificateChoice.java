package org.postseal.certstore;

import java.util.List;

/** Which certificate was taken for an address and purpose, and what was said of every other one: the answer to "why this one?". */
public sealed interface CertificateChoice<T> {
    /** Every candidate with its status, the taken one included, best first. */
    List<Considered> considered();

    /** {@code choice} is the one to use. */
    record Chosen<T>(T choice, List<Considered> considered) implements CertificateChoice<T> {}

    /** None may be used; {@code status} is that of the best candidate, {@code Missing} without any. */
    record NoneUsable<T>(CertificateStatus status, List<Considered> considered) implements CertificateChoice<T> {}

    /**
     * A candidate and what was found.
     *
     * @param source where it came from: {@code files}, {@code own}, {@code ldap:corp userCertificate}
     * @param evidence what the status rests on
     */
    record Considered(CertificateId id, String source, CertificateStatus status, PathEvidence evidence) {
        /** One that rests on nothing that could be shown. */
        public Considered(CertificateId id, String source, CertificateStatus status) {
            this(id, source, status, PathEvidence.NONE);
        }
    }
}
