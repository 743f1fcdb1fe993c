package org.postseal.gateway.e2e.interop;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.path.ValidationRequest;
import org.postseal.certstore.revocation.RevocationList;

/** A store that trusts one anchor and holds nothing else. Thread-safe. */
final class TrustingStore implements CertificateStore {
    private final PathValidator validator;

    TrustingStore(MailCertificate anchor) {
        this.validator = new PathValidator(List.of(anchor), List.of());
    }

    @Override
    public CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<KeyHandle> decryptionKeys(MailAddress recipient) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PathVerdict validate(
            MailCertificate leaf,
            List<MailCertificate> fromMessage,
            List<RevocationList> lists,
            CertificatePurpose purpose,
            Instant time,
            boolean wasEncrypted) {
        return validator.validate(new ValidationRequest(
                leaf, fromMessage, lists, purpose, RevocationMode.OFF, time, Optional.empty(), wasEncrypted));
    }
}
