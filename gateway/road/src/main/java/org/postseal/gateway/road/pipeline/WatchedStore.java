package org.postseal.gateway.road.pipeline;

import java.security.SignatureException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.ForwardingKeyHandle;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.SignerName;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.directory.Brought;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.directory.ForwardingCertificateStore;
import org.postseal.gateway.road.pipeline.Preparation.Phase;

/**
 * A certificate store, as one message that is being prepared asks it, including its keys on tokens. The watch then
 * knows what the thread is doing.
 */
record WatchedStore(CertificateStore store, Preparation preparation) implements ForwardingCertificateStore {
    @Override
    public CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
        return asked(() -> store.encryptionCertificate(recipient, time));
    }

    @Override
    public CertificateChoice<MailCertificate> mlKemCertificate(MailAddress recipient, Instant time) {
        return asked(() -> store.mlKemCertificate(recipient, time));
    }

    @Override
    public List<MailCertificate> usableCertificates(
            MailAddress recipient, Predicate<MailCertificate> named, Instant time) {
        return asked(() -> store.usableCertificates(recipient, named, time));
    }

    @Override
    public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
        return switch (asked(() -> store.signingKey(sender, place, time))) {
            case CertificateChoice.Chosen<KeyHandle>(KeyHandle key, var considered) ->
                new CertificateChoice.Chosen<>(watched(key), considered);
            case CertificateChoice.NoneUsable<KeyHandle> none -> none;
        };
    }

    @Override
    public Optional<SmimeCapabilities> capabilities(MailCertificate certificate) {
        return asked(() -> store.capabilities(certificate));
    }

    @Override
    public Optional<String> program(MailCertificate certificate) {
        return asked(() -> store.program(certificate));
    }

    @Override
    public List<KeyHandle> decryptionKeys(MailAddress recipient) {
        return asked(() -> store.decryptionKeys(recipient)).stream()
                .map(this::watched)
                .toList();
    }

    @Override
    public List<MailCertificate> named(SignerName name) {
        return asked(() -> store.named(name));
    }

    @Override
    public PathVerdict validate(MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time) {
        try (Preparation.Stay _ = preparation.at(Phase.VALIDATING)) {
            return store.validate(leaf, brought, purpose, time);
        }
    }

    @Override
    public PathVerdict validateKey(KeyHandle key, MailAddress owner, CertificatePurpose purpose, Instant time) {
        return asked(() -> store.validateKey(key, owner, purpose, time));
    }

    private <T> T asked(Supplier<T> question) {
        try (Preparation.Stay _ = preparation.at(Phase.ASKING)) {
            return question.get();
        }
    }

    private KeyHandle watched(KeyHandle key) {
        return key.isHardware() ? new TokenKey(key, preparation) : key;
    }

    /** A key on a token that may never answer. */
    private record TokenKey(KeyHandle key, Preparation preparation) implements ForwardingKeyHandle {
        @Override
        public byte[] sign(SignatureScheme scheme, byte[] input) throws SignatureException {
            try (Preparation.Stay _ = preparation.at(Phase.AT_TOKEN)) {
                return key.sign(scheme, input);
            }
        }

        @Override
        public byte[] recoverContentKey(WrappedContentKey wrapped) {
            try (Preparation.Stay _ = preparation.at(Phase.AT_TOKEN)) {
                return key.recoverContentKey(wrapped);
            }
        }
    }
}
