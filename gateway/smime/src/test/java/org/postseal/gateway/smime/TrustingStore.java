package org.postseal.gateway.smime;

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
import org.postseal.certstore.directory.Brought;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.path.CertificateValidation;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.path.ValidationRequest;

/** A store that judges certificates and holds none. It is as thread-safe as its validation. */
public final class TrustingStore implements CertificateStore {
    private final CertificateValidation validation;
    private final RevocationMode mode;

    /** Makes a store that trusts these anchors and looks for no revocation. */
    public TrustingStore(MailCertificate... anchors) {
        this(new PathValidator(List.of(anchors), List.of()), RevocationMode.OFF);
    }

    TrustingStore(CertificateValidation validation, RevocationMode mode) {
        this.validation = validation;
        this.mode = mode;
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
    public PathVerdict validate(MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time) {
        return validation.validate(new ValidationRequest(
                leaf,
                brought.certificates(),
                brought.lists(),
                purpose,
                mode,
                time,
                Optional.empty(),
                brought.wasEncrypted()));
    }
}
