package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import org.postseal.certstore.StoreUnavailableException;

/** Lends a private key to one operation at a time, whether it is in memory or on a token. Thread-safe. */
public interface KeyAccess {
    /**
     * Runs {@code operation}. It runs a second time if the key had to be fetched again.
     *
     * @throws GeneralSecurityException if the operation threw it
     * @throws StoreUnavailableException if the key is not available now
     */
    <T> T use(Operation<T> operation) throws GeneralSecurityException;

    /** Returns true if the key cannot leave the token it is on. */
    boolean isHardware();

    interface Operation<T> {
        T with(PrivateKey key, Engines engines) throws GeneralSecurityException;
    }
}
