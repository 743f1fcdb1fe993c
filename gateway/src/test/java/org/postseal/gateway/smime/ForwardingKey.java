package org.postseal.gateway.smime;

import java.security.SignatureException;
import java.util.List;
import java.util.Set;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.WrappedContentKey;

/** A key that does what another does, but for what a test changes. */
class ForwardingKey implements KeyHandle {
    private final KeyHandle key;

    ForwardingKey(KeyHandle key) {
        this.key = key;
    }

    @Override
    public MailCertificate certificate() {
        return key.certificate();
    }

    @Override
    public List<MailCertificate> chain() {
        return key.chain();
    }

    @Override
    public boolean isHardware() {
        return key.isHardware();
    }

    @Override
    public Set<SignatureScheme> schemes() {
        return key.schemes();
    }

    @Override
    public byte[] sign(SignatureScheme scheme, byte[] input) throws SignatureException {
        return key.sign(scheme, input);
    }

    @Override
    public byte[] recoverContentKey(WrappedContentKey wrapped) {
        return key.recoverContentKey(wrapped);
    }
}
