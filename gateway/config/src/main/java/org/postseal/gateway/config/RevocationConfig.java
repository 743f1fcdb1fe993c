package org.postseal.gateway.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.fetch.FetchSettings;
import org.postseal.certstore.revocation.RevocationOrder;
import org.postseal.certstore.revocation.RevocationSettings;
import org.postseal.policy.settings.GatewayWishes;

/**
 * The section {@code revocation} of {@code postseal.yaml}.
 *
 * @param outbound what an unknown state means when we encrypt and sign
 * @param saysOutbound whether the file sets {@code outbound}; otherwise a policy may set it
 * @param inbound what an unknown state means when we verify
 * @param settings in which order, and for how long, responders and revocation lists are asked
 * @param fetch which servers may be asked
 * @param fetchIssuers whether missing issuers are fetched from where a certificate says
 * @param askAfterDecrypting whether servers are asked about certificates that came out of a ciphertext
 */
public record RevocationConfig(
        RevocationMode outbound,
        boolean saysOutbound,
        RevocationMode inbound,
        RevocationSettings settings,
        FetchSettings fetch,
        boolean fetchIssuers,
        boolean askAfterDecrypting) {
    private static final Type<String> HOST = Type.matching(
            "a host name, or *.example.com for all below a domain",
            "(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");

    static RevocationConfig read(Section section) {
        Type<RevocationMode> mode = Type.word(RevocationMode.class);
        Type<Duration> time = Type.time(Duration.ofMillis(1), Duration.ofMinutes(5));
        Key<RevocationMode> outbound = section.key("outbound", mode);
        RevocationSettings settings = RevocationSettings.DEFAULTS;
        FetchSettings fetch = FetchSettings.DEFAULTS;
        return new RevocationConfig(
                outbound.or(RevocationMode.SOFT),
                outbound.isWritten(),
                section.value("inbound", mode, RevocationMode.SOFT),
                settings.withOrder(section.value("order", Type.word(RevocationOrder.class), settings.order()))
                        .withTimeouts(
                                section.value("crlConnectionTimeout", time, settings.crlConnectionTimeout()),
                                section.value("crlRetrievalTimeout", time, settings.crlRetrievalTimeout())),
                new FetchSettings(
                        section.value("connectTimeout", time, fetch.connectTimeout()),
                        section.value("totalTimeout", time, fetch.totalTimeout()),
                        section.value("allowedHosts", Type.oneOrMore(HOST), fetch.allowedHosts()),
                        section.value("allowedNetworks", Type.oneOrMore(Type.addressRange()), fetch.allowedNetworks()),
                        Set.copyOf(section.value(
                                "allowedPorts",
                                Type.oneOrMore(Type.whole(1, 65_535)),
                                List.copyOf(fetch.allowedPorts()))),
                        fetch.sameHostRedirects()),
                section.value("fetchIssuers", Type.bool(), false),
                section.value("askAfterDecrypting", Type.bool(), false));
    }

    /**
     * Returns this configuration with the wishes of a policy: the stricter mode if both set one, and the shorter times.
     */
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
