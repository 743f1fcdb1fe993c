package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import org.jspecify.annotations.Nullable;

/**
 * Gives access to a key in memory, which is always available.
 *
 * @param key the key in the form that the providers take
 * @param keptForm PKCS #8 in the form to write to a file, if that is another one than the key's own: a seed
 */
public record InMemoryKey(PrivateKey key, byte @Nullable [] keptForm) implements KeyAccess {
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
