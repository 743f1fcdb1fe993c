package org.postseal.policy.settings;

/** Which key signs ({@code signer}), the one that says most of the author first. */
public enum WantedSigner {
    /** That of the From address. */
    OWN,
    /** That, and where there is none, that of its domain. */
    OWN_OR_DOMAIN,
    /** That of the domain of the From address (RFC 3183). */
    DOMAIN
}
