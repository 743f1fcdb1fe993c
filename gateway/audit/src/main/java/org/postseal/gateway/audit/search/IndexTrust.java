package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.security.PublicKey;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.postseal.gateway.audit.chain.CheckpointKey;

/**
 * Knows which indexes are trusted: those that one of the keys has signed, and those that a trusted index names by its
 * hash. To verify a signature for each file of a year would take longer than to look into the files. Therefore the
 * indexes are asked about from the newest on. Used by one thread.
 */
final class IndexTrust {
    private final Map<String, PublicKey> keys;
    private final Set<String> named = new HashSet<>();

    IndexTrust(Map<String, PublicKey> keys) {
        this.keys = keys;
    }

    /** @throws IOException if no key and no trusted index vouches for this header */
    void require(byte[] header, String keyId, byte[] signature) throws IOException {
        String hash = IndexHeader.hash(header);
        if (named.contains(hash)) {
            return;
        }
        PublicKey key = keys.get(keyId);
        if (key == null) {
            throw new IOException("is signed by a key that is not at hand");
        }
        if (!CheckpointKey.hasSigned(key, IndexHeader.statement(hash), signature)) {
            throw new IOException("is not what was signed");
        }
    }

    /** Trusts the index that a trusted one names. */
    void believe(String hash) {
        if (!hash.isEmpty()) {
            named.add(hash);
        }
    }
}
