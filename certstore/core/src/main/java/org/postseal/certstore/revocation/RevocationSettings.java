package org.postseal.certstore.revocation;

import java.time.Duration;

/**
 * Settings for finding out whether a certificate is revoked. The defaults are in brackets.
 *
 * @param order which way is tried first (OCSP, then lists)
 * @param crlConnectionTimeout the time for one fetch (60 s), OWACRLConnectionTimeout. The effective limit is the least
 *     of this, the fetcher's own limit, and what is left of {@code crlRetrievalTimeout}
 * @param crlRetrievalTimeout the time for all fetches of one validation (10 s), OWACRLRetrievalTimeout
 * @param maxOcspOctets the most octets of an OCSP answer (64 KiB)
 * @param maxCrlOctets the most octets of a list (20 MiB)
 * @param maxAddresses the most addresses of one certificate that are tried for each of the two ways (4)
 * @param maxFetches the most fetches of one validation (12)
 * @param fetchMemory how long the outcome of a fetch is remembered, whether it failed or proves nothing (20 s)
 * @param clockSkew how far in the future an answer may be dated (5 min)
 * @param undatedLifetime how long an OCSP answer without nextUpdate is used (10 min)
 * @param refreshAheadPercent the share of an answer's lifetime that is left when a newer one is fetched in the
 *     background (20), or 0 for never
 * @param ocspNonce whether OCSP requests carry a nonce (RFC 9654). The default is no, since most responders answer from
 *     a cache
 */
public record RevocationSettings(
        RevocationOrder order,
        Duration crlConnectionTimeout,
        Duration crlRetrievalTimeout,
        int maxOcspOctets,
        int maxCrlOctets,
        int maxAddresses,
        int maxFetches,
        Duration fetchMemory,
        Duration clockSkew,
        Duration undatedLifetime,
        int refreshAheadPercent,
        boolean ocspNonce) {
    /** Exchange's timeouts within our own limits, and OCSP before lists. */
    public static final RevocationSettings DEFAULTS = new RevocationSettings(
            RevocationOrder.OCSP_THEN_CRL,
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            64 * 1_024,
            20 * 1_024 * 1_024,
            4,
            12,
            Duration.ofSeconds(20),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            20,
            false);

    public RevocationSettings {
        // Exchange does not document whether 0 means for ever or never.
        if (crlConnectionTimeout.toMillis() < 1 || crlRetrievalTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("timeouts must be at least 1 ms");
        }
        if (maxOcspOctets < 1 || maxCrlOctets < 1 || maxAddresses < 1 || maxFetches < 1) {
            throw new IllegalArgumentException("limits must be at least 1");
        }
        if (fetchMemory.isNegative() || clockSkew.isNegative() || undatedLifetime.isNegative()) {
            throw new IllegalArgumentException("durations must not be negative");
        }
        if (refreshAheadPercent < 0 || refreshAheadPercent > 90) {
            throw new IllegalArgumentException("refreshAheadPercent must be from 0 to 90");
        }
    }

    public RevocationSettings withOrder(RevocationOrder other) {
        return new RevocationSettings(
                other,
                crlConnectionTimeout,
                crlRetrievalTimeout,
                maxOcspOctets,
                maxCrlOctets,
                maxAddresses,
                maxFetches,
                fetchMemory,
                clockSkew,
                undatedLifetime,
                refreshAheadPercent,
                ocspNonce);
    }

    public RevocationSettings withTimeouts(Duration connection, Duration retrieval) {
        return new RevocationSettings(
                order,
                connection,
                retrieval,
                maxOcspOctets,
                maxCrlOctets,
                maxAddresses,
                maxFetches,
                fetchMemory,
                clockSkew,
                undatedLifetime,
                refreshAheadPercent,
                ocspNonce);
    }
}
