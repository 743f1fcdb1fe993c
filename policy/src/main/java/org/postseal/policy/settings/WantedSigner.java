package org.postseal.policy.settings;

/** The values of {@code signer}; the key that says most about the author comes first. */
public enum WantedSigner {
    /** The key of the From address. */
    OWN,
    /** The key of the From address, or the key of its domain if the address has none. */
    OWN_OR_DOMAIN,
    /** The key of the domain of the From address (RFC 3183). */
    DOMAIN
}
