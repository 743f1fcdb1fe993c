package org.postseal.certstore;

import java.security.SignatureException;
import java.util.List;
import java.util.Set;

/** A key that forwards to another key every method that it does not override. */
public interface ForwardingKeyHandle extends KeyHandle {
    /** Returns the other key. */
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
