package org.postseal.certstore.source;

import java.security.SignatureException;
import java.util.List;
import java.util.Set;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.WrappedContentKey;

/**
 * Stands for a key that the gateway has and this program has not. It lets a program without keys say which key would be
 * used. Immutable.
 */
public record SeenKey(MailCertificate certificate, boolean isHardware) implements KeyHandle {
    @Override
    public List<MailCertificate> chain() {
        return List.of();
    }

    @Override
    public Set<SignatureScheme> schemes() {
        return Set.of();
    }

    @Override
    public byte[] sign(SignatureScheme scheme, byte[] input) throws SignatureException {
        throw new SignatureException("the key is not here");
    }

    @Override
    public byte[] recoverContentKey(WrappedContentKey wrapped) {
        throw new StoreUnavailableException("the key is not here");
    }
}
