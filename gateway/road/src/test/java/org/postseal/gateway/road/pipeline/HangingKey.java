package org.postseal.gateway.road.pipeline;

import java.security.SignatureException;
import org.postseal.certstore.ForwardingKeyHandle;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.SignatureScheme;

/**
 * A key that does something before it signs, such as hanging for ever.
 *
 * @param isHardware true if the key is on a token; then a hang is not the fault of the message
 */
public record HangingKey(KeyHandle key, boolean isHardware, Runnable before) implements ForwardingKeyHandle {
    @Override
    public byte[] sign(SignatureScheme scheme, byte[] input) throws SignatureException {
        before.run();
        return key.sign(scheme, input);
    }
}
