package org.postseal.certstore;

import java.security.SignatureException;
import java.util.List;
import java.util.Set;

/** A key that answers as another one does, but for what it says itself. */
public interface ForwardingKeyHandle extends KeyHandle {
    /** The other one. */
    KeyHandle key();

    @Override
    default MailCertificate certificate() {
        return key().certificate();
    }

    @Override
    default List<MailCertificate> chain() {
        return key().chain();
    }

    @Override
    default boolean isHardware() {
        return key().isHardware();
    }

    @Override
    default Set<SignatureScheme> schemes() {
        return key().schemes();
    }

    @Override
    default byte[] sign(SignatureScheme scheme, byte[] input) throws SignatureException {
        return key().sign(scheme, input);
    }

    @Override
    default byte[] recoverContentKey(WrappedContentKey wrapped) {
        return key().recoverContentKey(wrapped);
    }
}
