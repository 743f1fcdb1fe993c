package org.postseal.gateway.road.directory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignerName;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.directory.ForwardingCertificateStore;

/**
 * Adds to a certificate store what the database remembers of verified mail, and finds the certificates that the name of
 * a signer may mean.
 */
record KnowingStore(CertificateStore store, CurrentFiles files, Optional<CertificateDatabase> database)
        implements ForwardingCertificateStore {
    /**
     * Returns the store, which every other question goes to. What it has cached counts only as long as the database is
     * heard of: somebody may have blocked a certificate since.
     */
    @Override
    public CertificateStore store() {
        boolean _ = remembered("changes", known -> known.changes() >= 0).isPresent();
        return store;
    }

    @Override
    public Optional<SmimeCapabilities> capabilities(MailCertificate certificate) {
        return remembered(
                        "remembered capabilities", known -> known.capabilities().of(certificate))
                .flatMap(found -> found);
    }

    @Override
    public Optional<String> program(MailCertificate certificate) {
        return remembered("remembered mail program", known -> known.programs().of(certificate))
                .flatMap(found -> found);
    }

    @Override
    public List<MailCertificate> named(SignerName name) {
        List<MailCertificate> found = new ArrayList<>(
                files.get().certificates().stream().filter(name::means).toList());
        remembered("certificates of a signer", known -> switch (name) {
                    case SignerName.IssuerAndSerial(var issuer, var serialNumber) ->
                        known.certificates().issuedAs(issuer, serialNumber);
                    case SignerName.SubjectKey(var identifier) ->
                        known.certificates().withSubjectKeyIdentifier(identifier);
                })
                .ifPresent(found::addAll);
        return List.copyOf(found);
    }

    private <T> Optional<T> remembered(String what, Function<CertificateDatabase, T> question) {
        try {
            return database.map(question);
        } catch (DatabaseException e) {
            throw new StoreUnavailableException(what + ": " + e.getMessage(), e);
        }
    }
}
