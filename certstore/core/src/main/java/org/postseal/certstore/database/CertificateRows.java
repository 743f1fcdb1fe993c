package org.postseal.certstore.database;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

final class CertificateRows {
    private CertificateRows() {}

    /** Inserts the certificate and its addresses, unless it is there already. */
    static void insert(Sql sql, MailCertificate certificate) throws SQLException {
        Optional<byte[]> authorityHash = authorityHash(certificate);
        int inserted = sql.update(
                "INSERT INTO certificate (id, der, subject, authority_hash, issuer_hash,"
                        + " serial, subject_key_id, public_key, not_before, not_after)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                certificate.id(),
                der(certificate),
                // PostgreSQL has no U+0000, which strangers may put into a name.
                certificate.subject().toString().replace('\0', '\uFFFD'),
                authorityHash,
                Octets.nameHash(certificate.issuer()),
                Octets.indexed(certificate.serialNumber().toByteArray()),
                certificate.subjectKeyIdentifier(),
                PublicKeyId.of(certificate),
                certificate.notBefore(),
                certificate.notAfter());
        if (inserted == 0) {
            return;
        }
        if (authorityHash.isPresent()) {
            countAuthority(sql);
        }
        for (MailAddress address : certificate.addresses()) {
            sql.update(
                    "INSERT INTO certificate_address (address, certificate) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    address,
                    certificate.id());
        }
    }

    /**
     * Records where a certificate came from. Returns true if this source was not recorded yet, or was recorded with
     * another state.
     */
    static boolean enter(Sql sql, CertificateId id, String source, EntryState state, Act act) throws SQLException {
        return sql.update(
                        "INSERT INTO entry (certificate, source, state, who, added, note)"
                                + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (certificate, source)"
                                + " DO UPDATE SET state = excluded.state, who = excluded.who,"
                                + " added = excluded.added, note = excluded.note WHERE entry.state <> excluded.state",
                        id,
                        source,
                        state,
                        act.who(),
                        act.when(),
                        act.note())
                > 0;
    }

    /** Removes an entry. The certificate goes too if nothing else needs it. */
    static void leave(Sql sql, CertificateId id, String source) throws SQLException {
        sql.update("DELETE FROM entry WHERE certificate = ? AND source = ?", id, source);
        dropIfUnused(sql, id);
    }

    static void dropIfUnused(Sql sql, CertificateId id) throws SQLException {
        boolean wasAuthority = sql.first(DROP, row -> row.getBytes("authority_hash") != null, id, id, id, id, id)
                .orElse(false);
        if (wasAuthority) {
            countAuthority(sql);
        }
    }

    /** Says that another certificate can be found as an issuer, or that one cannot any more. */
    private static void countAuthority(Sql sql) throws SQLException {
        int _ = sql.update(COUNT_AUTHORITY);
    }

    // The hash is stored only for certificates that may have issued others. An index over all other names would be
    // useless.
    private static Optional<byte[]> authorityHash(MailCertificate certificate) {
        return certificate.x509().getBasicConstraints() >= 0 || certificate.isSelfIssued()
                ? Optional.of(Octets.nameHash(certificate.subject()))
                : Optional.empty();
    }

    static byte[] der(MailCertificate certificate) {
        try {
            return certificate.holder().getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("it was read from these octets", e);
        }
    }

    static final String COUNT_AUTHORITY = "UPDATE generation SET authorities = authorities + 1";
    private static final String DROP =
            "DELETE FROM certificate WHERE id = ? AND NOT EXISTS (SELECT 1 FROM entry WHERE certificate = ?)"
                    + " AND NOT EXISTS (SELECT 1 FROM pin WHERE certificate = ?)"
                    + " AND NOT EXISTS (SELECT 1 FROM certificate_map WHERE certificate = ?)"
                    + " AND NOT EXISTS (SELECT 1 FROM key_certificate WHERE certificate = ?)"
                    + " RETURNING authority_hash";
}
