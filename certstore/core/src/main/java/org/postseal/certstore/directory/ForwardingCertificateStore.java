package org.postseal.certstore.directory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.SignerName;
import org.postseal.certstore.SmimeCapabilities;

/** A certificate store that forwards to another store every method that it does not override. */
public interface ForwardingCertificateStore extends CertificateStore {
    /** Returns the other store. */
    CertificateStore store();

    @Override
    default CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
        return store().encryptionCertificate(recipient, time);
    }

    @Override
    default CertificateChoice<MailCertificate> mlKemCertificate(MailAddress recipient, Instant time) {
        return store().mlKemCertificate(recipient, time);
    }

    @Override
    default List<MailCertificate> usableCertificates(
            MailAddress recipient, Predicate<MailCertificate> named, Instant time) {
        return store().usableCertificates(recipient, named, time);
    }

    @Override
    default CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
        return store().signingKey(sender, place, time);
    }

    @Override
    default Optional<SmimeCapabilities> capabilities(MailCertificate certificate) {
        return store().capabilities(certificate);
    }

    @Override
    default Optional<String> program(MailCertificate certificate) {
        return store().program(certificate);
    }

    @Override
    default List<KeyHandle> decryptionKeys(MailAddress recipient) {
        return store().decryptionKeys(recipient);
    }

    @Override
    default List<MailCertificate> named(SignerName name) {
        return store().named(name);
    }

    @Override
    default PathVerdict validate(MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time) {
        return store().validate(leaf, brought, purpose, time);
    }

    @Override
    default PathVerdict validateKey(KeyHandle key, MailAddress owner, CertificatePurpose purpose, Instant time) {
        return store().validateKey(key, owner, purpose, time);
    }
}
