package org.postseal.certstore.database;

import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;

/** Finds out which certificate signed which. It says nothing about trust. */
final class Issuance {
    private Issuance() {}

    static boolean isSignedBy(MailCertificate certificate, MailCertificate issuer) {
        try {
            certificate.x509().verify(issuer.x509().getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            // Providers report a malformed signature in many ways. In each case the certificate counts as not signed.
            return false;
        }
    }

    /** Returns the intermediates above {@code leaf} that the database has, without self-issued certificates. */
    static List<MailCertificate> intermediates(Sql sql, MailCertificate leaf) throws SQLException {
        List<MailCertificate> chain = new ArrayList<>();
        MailCertificate last = leaf;
        while (chain.size() < MAX_DEPTH && !last.isSelfIssued()) {
            Optional<MailCertificate> issuer = issuer(sql, last);
            if (issuer.isEmpty() || issuer.get().isSelfIssued() || chain.contains(issuer.get())) {
                break;
            }
            last = issuer.get();
            chain.add(last);
        }
        return chain;
    }

    static Optional<MailCertificate> issuer(Sql sql, MailCertificate certificate) throws SQLException {
        int tries = 0;
        for (MailCertificate candidate : sql.list(
                Certificates.BY_SUBJECT + " ORDER BY not_after DESC, id LIMIT " + MAX_NAMESAKES,
                Rows::certificate,
                Octets.nameHash(certificate.issuer()))) {
            if (!certificate.namesOtherKey(candidate)
                    && tries++ < MAX_VERIFICATIONS
                    && isSignedBy(certificate, candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static final int MAX_DEPTH = 8;
    private static final int MAX_NAMESAKES = 50;
    private static final int MAX_VERIFICATIONS = 10;
}
