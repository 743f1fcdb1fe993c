package org.postseal.certstore.path;

/**
 * Settings for building and judging paths.
 *
 * @param policies the policy inputs of RFC 5280
 * @param fetchIssuers whether a missing issuer is fetched from the address that the certificate names (authority
 *     information access). This is off by default, since the certificate is not trusted yet when it names the address
 */
public record PathSettings(PolicyInputs policies, boolean fetchIssuers) {
    /** Demands no policy and fetches nothing. */
    public static final PathSettings DEFAULTS = new PathSettings(PolicyInputs.DEFAULTS, false);
}
