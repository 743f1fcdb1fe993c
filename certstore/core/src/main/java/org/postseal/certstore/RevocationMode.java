package org.postseal.certstore;

/** How much not knowing about revocation counts. A certificate known to be revoked is refused in every mode but {@link #OFF}. */
public enum RevocationMode {
    /** Nobody is asked (OWADisableCRLCheck). */
    OFF,
    /** Refused only when known to be revoked. */
    SOFT,
    /** Refused unless known to be good (OWACheckCRLOnSend). */
    HARD
}
