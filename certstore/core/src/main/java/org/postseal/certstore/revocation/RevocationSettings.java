package org.postseal.certstore.revocation;

import java.time.Duration;

/**
 * How revocation is found out.
 *
 * @param order OCSP, then lists
 * @param crlConnectionTimeout for one fetch (OWACRLConnectionTimeout); 60 s. What is in force is the least of this, the fetcher's own limit, and what is left
 *     of {@code crlRetrievalTimeout}
 * @param crlRetrievalTimeout for all fetches of one validation (OWACRLRetrievalTimeout); 10 s
 * @param maxOcspOctets of an OCSP answer; 64 KiB
 * @param maxCrlOctets of a list; 20 MiB
 * @param maxAddresses of one certificate that are tried for each of the two ways; 4
 * @param maxFetches of one validation; 12
 * @param fetchMemory how long the outcome of a fetch is remembered, be it a failure or an answer that proves nothing; 20 s
 * @param clockSkew by how much an answer may come from the future; 5 min
 * @param undatedLifetime how long an OCSP answer without nextUpdate is relied on; 10 min
 * @param refreshAheadPercent of the lifetime of an answer that are left when a newer one is fetched in the background; 20, 0 for never
 * @param ocspNonce whether OCSP requests carry a nonce (RFC 9654); no, since most responders answer from a cache
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
    /** Exchange's timeouts under ours, OCSP before lists. */
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
        // what 0 means is not documented for Exchange: for ever, or never
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

    /** The same in another order. */
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

    /** The same with other timeouts. */
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
