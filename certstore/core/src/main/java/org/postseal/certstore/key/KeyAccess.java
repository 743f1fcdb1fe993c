package org.postseal.certstore.key;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import org.postseal.certstore.StoreUnavailableException;

/** Lends a private key to one operation at a time, wherever it is. Thread-safe. */
interface KeyAccess {
    /**
     * Runs {@code operation}; a second time, where the key had to be fetched anew.
     *
     * @throws GeneralSecurityException what the operation threw
     * @throws StoreUnavailableException when the key cannot be had now
     */
    <T> T use(Operation<T> operation) throws GeneralSecurityException;

    /** True when the key cannot leave the token it is in. */
    boolean isHardware();

    /** One use of a key. */
    interface Operation<T> {
        T with(PrivateKey key, Engines engines) throws GeneralSecurityException;
    }

    /** A key in memory is always there. */
    static KeyAccess inMemory(PrivateKey key) {
        return new KeyAccess() {
            @Override
            public <T> T use(Operation<T> operation) throws GeneralSecurityException {
                return operation.with(key, Engines.REGISTERED);
            }

            @Override
            public boolean isHardware() {
                return false;
            }
        };
    }
}
