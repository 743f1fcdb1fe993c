package org.postseal.certstore;

import java.util.List;
import java.util.Set;

/** A key that claims to be on a token. */
public record HardwareKey(MailCertificate certificate) implements KeyHandle {
    @Override
    public List<MailCertificate> chain() {
        return List.of();
    }

    @Override
    public boolean isHardware() {
        return true;
    }

    @Override
    public Set<SignatureScheme> schemes() {
        return Set.of();
    }

    @Override
    public byte[] sign(SignatureScheme scheme, byte[] input) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] recoverContentKey(WrappedContentKey wrapped) {
        throw new UnsupportedOperationException();
    }
}
