package org.postseal.certstore;

/**
 * Says how strictly an unknown revocation status is treated. A certificate known to be revoked is refused in every mode
 * except {@link #OFF}.
 */
public enum RevocationMode {
    /** No server is asked (OWADisableCRLCheck). */
    OFF,
    /** A certificate is refused only if it is known to be revoked. */
    SOFT,
    /** A certificate is refused unless it is known to be good (OWACheckCRLOnSend). */
    HARD
}
