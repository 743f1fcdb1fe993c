package org.postseal.gateway.config;

import java.time.Duration;
import java.util.Optional;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.fetch.FetchSettings;
import org.postseal.certstore.revocation.RevocationSettings;
import org.postseal.policy.GatewayWishes;

/**
 * {@code revocation:} of {@code postseal.yaml}.
 *
 * @param outbound how much not knowing counts when we encrypt and sign
 * @param saysOutbound whether the file says that itself; else a policy may say it
 * @param inbound the same when we verify
 * @param settings of asking
 * @param fetch where may be asked
 * @param fetchIssuers whether missing issuers are fetched from where a certificate says
 * @param askAfterDecrypting whether may be asked about certificates that came out of a ciphertext
 */
public record RevocationConfig(
        RevocationMode outbound,
        boolean saysOutbound,
        RevocationMode inbound,
        RevocationSettings settings,
        FetchSettings fetch,
        boolean fetchIssuers,
        boolean askAfterDecrypting) {
    /** Asked for, and not knowing is no reason to refuse. */
    public static final RevocationConfig DEFAULT = new RevocationConfig(
            RevocationMode.SOFT,
            false,
            RevocationMode.SOFT,
            RevocationSettings.DEFAULTS,
            FetchSettings.DEFAULTS,
            false,
            false);

    /** With what a policy wants of it: the stricter mode, where both speak, and the shorter times. */
    RevocationConfig with(GatewayWishes wishes) {
        return new RevocationConfig(
                wishes.revocation().map(this::outbound).orElse(outbound),
                saysOutbound,
                inbound,
                settings.withTimeouts(
                        shorter(settings.crlConnectionTimeout(), wishes.connectionTimeout()),
                        shorter(settings.crlRetrievalTimeout(), wishes.retrievalTimeout())),
                fetch,
                fetchIssuers,
                askAfterDecrypting);
    }

    private RevocationMode outbound(GatewayWishes.Revocation wanted) {
        RevocationMode mode = switch (wanted) {
            case OFF -> RevocationMode.OFF;
            case SOFT -> RevocationMode.SOFT;
            case HARD -> RevocationMode.HARD;
        };
        return saysOutbound && outbound.compareTo(mode) > 0 ? outbound : mode;
    }

    private static Duration shorter(Duration own, Optional<Duration> wanted) {
        return wanted.filter(time -> time.compareTo(own) < 0).orElse(own);
    }
}
