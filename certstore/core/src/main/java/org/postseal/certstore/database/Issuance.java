package org.postseal.certstore.database;

import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.KeyIdentifier;
import org.postseal.certstore.MailCertificate;

/** Which certificate signed which. Says nothing of trust. */
final class Issuance {
    private Issuance() {}

    static boolean isSignedBy(MailCertificate certificate, MailCertificate issuer) {
        try {
            certificate.x509().verify(issuer.x509().getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            // engines report a malformed signature in many ways; none of them is a signature
            return false;
        }
    }

    /** The intermediates above {@code leaf}, as far as the database has them; no self-issued one. */
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

    private static Optional<MailCertificate> issuer(Sql sql, MailCertificate certificate) throws SQLException {
        int tries = 0;
        for (MailCertificate candidate : sql.list(
                Certificates.BY_SUBJECT + " ORDER BY not_after DESC, id LIMIT " + MAX_NAMESAKES,
                Rows::certificate,
                Octets.nameHash(certificate.issuer()))) {
            if (!hasOtherKey(certificate, candidate)
                    && tries++ < MAX_VERIFICATIONS
                    && isSignedBy(certificate, candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static boolean hasOtherKey(MailCertificate certificate, MailCertificate issuer) {
        KeyIdentifier wanted = certificate.authorityKeyIdentifier().orElse(null);
        KeyIdentifier has = issuer.subjectKeyIdentifier().orElse(null);
        return wanted != null && has != null && !wanted.equals(has);
    }

    private static final int MAX_DEPTH = 8;
    private static final int MAX_NAMESAKES = 50;
    private static final int MAX_VERIFICATIONS = 10;
}
