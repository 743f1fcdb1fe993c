package org.postseal.gateway.config;

import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.fetch.FetchSettings;
import org.postseal.certstore.revocation.RevocationSettings;

/**
 * {@code revocation:} of {@code postseal.yaml}.
 *
 * @param outbound how much not knowing counts when we encrypt and sign
 * @param inbound the same when we verify
 * @param settings of asking
 * @param fetch where may be asked
 * @param fetchIssuers whether missing issuers are fetched from where a certificate says
 */
public record RevocationConfig(
        RevocationMode outbound,
        RevocationMode inbound,
        RevocationSettings settings,
        FetchSettings fetch,
        boolean fetchIssuers) {
    /** Asked for, and not knowing is no reason to refuse. */
    public static final RevocationConfig DEFAULT = new RevocationConfig(
            RevocationMode.SOFT, RevocationMode.SOFT, RevocationSettings.DEFAULTS, FetchSettings.DEFAULTS, false);
}
