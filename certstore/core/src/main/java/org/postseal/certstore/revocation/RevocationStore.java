package org.postseal.certstore.revocation;

import java.util.Optional;

/**
 * Keeps lists and OCSP answers, in memory or for longer. Thread-safe. It need not be trusted: what comes out of it is verified again. It may lose
 * anything at any time, and must not throw: a store that cannot be read has nothing.
 */
public interface RevocationStore {
    /** What was last put under {@code key}. */
    Optional<StoredAnswer> get(String key);

    /**
     * Keeps {@code answer} instead of what was there.
     *
     * @param key {@code crl:} and an address, or {@code ocsp:} and a digest over issuer and serial number
     */
    void put(String key, StoredAnswer answer);
}
