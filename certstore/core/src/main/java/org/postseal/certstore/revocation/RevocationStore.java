package org.postseal.certstore.revocation;

import java.util.Optional;

/**
 * Keeps lists and OCSP answers, in memory or for longer. Thread-safe. It need not be trusted, since everything that
 * comes out of it is verified again. It may lose anything at any time, and must not throw: a store that cannot be read
 * returns nothing.
 */
public interface RevocationStore {
    Optional<StoredAnswer> get(String key);

    /**
     * Keeps {@code answer} in place of what was there.
     *
     * @param key {@code crl:} and an address, or {@code ocsp:} and a text made of issuer and serial number
     */
    void put(String key, StoredAnswer answer);
}
