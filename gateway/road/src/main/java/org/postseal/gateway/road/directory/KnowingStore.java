package org.postseal.gateway.road.directory;

import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.directory.ForwardingCertificateStore;

/** A certificate store that also knows what the database remembers of verified mail. */
record KnowingStore(CertificateStore store, CertificateDatabase database) implements ForwardingCertificateStore {
    @Override
    public Optional<SmimeCapabilities> capabilities(MailCertificate certificate) {
        try {
            return database.capabilities().of(certificate);
        } catch (DatabaseException e) {
            throw new StoreUnavailableException("remembered capabilities: " + e.getMessage(), e);
        }
    }
}
