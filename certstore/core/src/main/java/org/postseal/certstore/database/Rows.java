package org.postseal.certstore.database;

import java.security.cert.CertificateException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.database.DatabaseException.Fault;

/**
 * Turns rows into values. All values were valid when they were stored, so an invalid one means that the file is
 * damaged.
 */
final class Rows {
    private Rows() {}

    /** Reads a certificate from the columns {@code id} and {@code der}. */
    static MailCertificate certificate(ResultSet row) throws SQLException {
        String id = Octets.hex(row.getBytes("id"));
        try {
            MailCertificate certificate = MailCertificate.stored(row.getBytes("der"));
            if (certificate.id().hex().equals(id)) {
                return certificate;
            }
        } catch (CertificateException e) {
            throw new DatabaseException(Fault.DAMAGED, "certificate " + id + " in the database is damaged", e);
        }
        throw new DatabaseException(Fault.DAMAGED, "certificate " + id + " in the database is another one");
    }

    static CertificateId certificateId(ResultSet row, String column) throws SQLException {
        return new CertificateId(Octets.hex(row.getBytes(column)));
    }

    static PublicKeyId publicKeyId(ResultSet row, String column) throws SQLException {
        return new PublicKeyId(Octets.hex(row.getBytes(column)));
    }

    static MailAddress address(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return MailAddress.parse(text)
                .orElseThrow(() -> new DatabaseException(Fault.DAMAGED, "address in the database is damaged"));
    }

    static Optional<SmimeCapabilities> capabilities(ResultSet row, String column) throws SQLException {
        byte[] der = row.getBytes(column);
        return der == null ? Optional.empty() : SmimeCapabilities.of(der);
    }

    static Act act(ResultSet row) throws SQLException {
        return new Act(row.getString("who"), Sql.instant(row, "added"), row.getString("note"));
    }

    static StoredCertificate.Entry entry(ResultSet row) throws SQLException {
        return new StoredCertificate.Entry(
                row.getString("source"), EntryState.ofStored(row.getString("state")), act(row));
    }
}
