package org.postseal.gateway.directory;

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
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.revocation.RevocationList;

/** A certificate store that also knows what the database remembers of verified mail. */
record KnowingStore(CertificateStore store, CertificateDatabase database) implements CertificateStore {
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
        try {
            return database.capabilities().of(certificate);
        } catch (DatabaseException e) {
            throw new StoreUnavailableException("remembered capabilities: " + e.getMessage(), e);
        }
    }

    @Override
    public List<KeyHandle> decryptionKeys(MailAddress recipient) {
        return store.decryptionKeys(recipient);
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
