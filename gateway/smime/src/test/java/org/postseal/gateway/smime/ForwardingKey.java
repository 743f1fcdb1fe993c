package org.postseal.gateway.smime;

import org.postseal.certstore.ForwardingKeyHandle;
import org.postseal.certstore.KeyHandle;

/** A key that does what another one does, unless a test changes it. */
class ForwardingKey implements ForwardingKeyHandle {
    private final KeyHandle key;

    ForwardingKey(KeyHandle key) {
        this.key = key;
    }

    @Override
    public KeyHandle key() {
        return key;
    }
}
