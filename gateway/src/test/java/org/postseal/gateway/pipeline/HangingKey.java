package org.postseal.gateway.pipeline;

import java.security.SignatureException;
import java.util.List;
import java.util.Set;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.WrappedContentKey;

/**
 * A key that does something before it signs, such as never coming back.
 *
 * @param isHardware on a token, which is not the fault of the message
 */
public record HangingKey(KeyHandle key, boolean isHardware, Runnable before) implements KeyHandle {
    @Override
    public MailCertificate certificate() {
        return key.certificate();
    }

    @Override
    public List<MailCertificate> chain() {
        return key.chain();
    }

    @Override
    public Set<SignatureScheme> schemes() {
        return key.schemes();
    }

    @Override
    public byte[] sign(SignatureScheme scheme, byte[] input) throws SignatureException {
        before.run();
        return key.sign(scheme, input);
    }

    @Override
    public byte[] recoverContentKey(WrappedContentKey wrapped) {
        return key.recoverContentKey(wrapped);
    }
}
