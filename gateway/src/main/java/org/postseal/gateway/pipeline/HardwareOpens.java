package org.postseal.gateway.pipeline;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStore;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.revocation.RevocationList;

/** A certificate store in which only keys in hardware open mail (OWAOnlyUseSmartCard). Whether only they sign is asked for by the policy, key by key. */
record HardwareOpens(CertificateStore store) implements CertificateStore {
    @Override
    public CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
        return store.encryptionCertificate(recipient, time);
    }

    @Override
    public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
        return store.signingKey(sender, place, time);
    }

    @Override
    public Optional<SmimeCapabilities> capabilities(MailCertificate certificate) {
        return store.capabilities(certificate);
    }

    @Override
    public List<KeyHandle> decryptionKeys(MailAddress recipient) {
        return store.decryptionKeys(recipient).stream()
                .filter(KeyHandle::isHardware)
                .toList();
    }

    @Override
    public PathVerdict validate(
            MailCertificate leaf,
            List<MailCertificate> fromMessage,
            List<RevocationList> lists,
            CertificatePurpose purpose,
            Instant time) {
        return store.validate(leaf, fromMessage, lists, purpose, time);
    }
}
