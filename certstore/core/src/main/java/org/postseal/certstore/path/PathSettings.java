package org.postseal.certstore.path;

/**
 * How paths are built and judged.
 *
 * @param policies policy inputs of RFC 5280
 * @param fetchIssuers whether an issuer that is missing is fetched from where the certificate says (authority information access). Off by default: the
 *     certificate is not trusted yet when it names the place.
 */
public record PathSettings(PolicyInputs policies, boolean fetchIssuers) {
    /** No policy asked for, nothing fetched. */
    public static final PathSettings DEFAULTS = new PathSettings(PolicyInputs.DEFAULTS, false);
}
