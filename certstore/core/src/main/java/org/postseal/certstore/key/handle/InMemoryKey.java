package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;

/**
 * Gives access to a key in memory, which is always available.
 *
 * @param key the key in the form that the providers take
 * @param encoded PKCS #8 in the form to write to a file, which may be a seed
 */
public record InMemoryKey(PrivateKey key, byte[] encoded) implements KeyAccess {
    @Override
    public <T> T use(Operation<T> operation) throws GeneralSecurityException {
        return operation.with(key, Engines.REGISTERED);
    }

    @Override
    public boolean isHardware() {
        return false;
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
