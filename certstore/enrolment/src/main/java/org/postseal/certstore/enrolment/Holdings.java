package org.postseal.certstore.enrolment;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.Blocks.Target;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.path.CertificateValidation;
import org.postseal.certstore.path.ValidationRequest;

/**
 * Says what certificates our users have. No server is asked: an authority whose revocation server is down must not make
 * everybody order anew.
 */
final class Holdings {
    private final CertificateDatabase database;
    private final KeyVault vault;
    private final CertificateStore store;
    private final CertificateValidation validation;

    Holdings(CertificateDatabase database, KeyVault vault, CertificateStore store, CertificateValidation validation) {
        this.database = database;
        this.vault = vault;
        this.store = store;
        this.validation = validation;
    }

    /**
     * Returns when the certificate ends that lasts longest of those that can be used now for all of these purposes;
     * empty if there is none.
     *
     * @throws StoreUnavailableException if that cannot be told now
     */
    Optional<Instant> end(MailAddress address, Set<CertificatePurpose> purposes, Instant now) {
        return keys(address)
                .filter(key -> purposes.stream()
                        .allMatch(purpose -> status(key, purpose, now) instanceof CertificateStatus.Usable))
                .map(key -> key.certificate().notAfter())
                .max(Comparator.naturalOrder());
    }

    /**
     * Returns why this person is to have no certificate whatever the configuration says: an administrator has blocked
     * the address, or the newest certificate was revoked because the person has left.
     */
    Optional<String> whyNone(MailAddress address, Instant now) {
        if (database.blocks().of(new Target.Address(address)).isPresent()) {
            return Optional.of("all certificates of the address are blocked");
        }
        return keys(address)
                .max(Comparator.comparing(key -> key.certificate().notBefore()))
                .filter(newest -> Stream.of(CertificatePurpose.values())
                        .anyMatch(purpose -> status(newest, purpose, now) instanceof CertificateStatus.Revoked revoked
                                && DISMISSALS.contains(revoked.reason())))
                .map(_ -> "the newest certificate was revoked because its owner has left");
    }

    private Stream<KeyHandle> keys(MailAddress address) {
        return Stream.concat(vault.keysOf(address).stream(), store.decryptionKeys(address).stream())
                .filter(key -> key.certificate().addresses().contains(address));
    }

    private CertificateStatus status(KeyHandle key, CertificatePurpose purpose, Instant now) {
        MailCertificate certificate = key.certificate();
        Optional<String> whyNot = certificate.whyNot(purpose);
        if (whyNot.isPresent()) {
            return new CertificateStatus.WrongUsage(whyNot.get());
        }
        if (database.blocks().of(new Target.Certificate(certificate.id())).isPresent()) {
            return new CertificateStatus.Blocked("by an administrator");
        }
        return validation
                .validate(new ValidationRequest(
                                certificate, key.chain(), purpose, RevocationMode.SOFT, now, Optional.empty())
                        .asQuiet())
                .status();
    }

    private static final List<RevocationReason> DISMISSALS = List.of(
            RevocationReason.AFFILIATION_CHANGED,
            RevocationReason.CESSATION_OF_OPERATION,
            RevocationReason.PRIVILEGE_WITHDRAWN);
}
