package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/**
 * The certificates that the administrator chose for an address. An address may have several, for example the next one
 * beside the present one.
 */
public final class Pins {
    private final Access access;

    Pins(Access access) {
        this.access = access;
    }

    /** A certificate pinned to an address for a purpose, and who pinned it. */
    public record Pin(MailAddress address, CertificatePurpose purpose, MailCertificate certificate, Act act) {}

    /**
     * Pins a certificate, whether it carries the address or not, and stores it if it is new. The act replaces that of
     * an earlier equal pin.
     */
    public void add(Pin pin) {
        access.write(sql -> {
            CertificateRows.insert(sql, pin.certificate());
            return sql.update(
                    "INSERT INTO pin (address, purpose, certificate, who, added, note)"
                            + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (address, purpose, certificate)"
                            + " DO UPDATE SET who = excluded.who, added = excluded.added, note = excluded.note",
                    pin.address(),
                    pin.purpose(),
                    pin.certificate().id(),
                    pin.act().who(),
                    pin.act().when(),
                    pin.act().note());
        });
    }

    /** Removes a pin. Returns false if there was none. */
    public boolean remove(MailAddress address, CertificatePurpose purpose, CertificateId certificate) {
        return access.write(sql -> {
            int removed = sql.update(
                    "DELETE FROM pin WHERE address = ? AND purpose = ? AND certificate = ?",
                    address,
                    purpose,
                    certificate);
            CertificateRows.dropIfUnused(sql, certificate);
            return removed > 0;
        });
    }

    public List<Pin> of(MailAddress address, CertificatePurpose purpose) {
        return access.read(sql -> sql.list(FOR_PURPOSE, Pins::pin, address, purpose));
    }

    public List<Pin> ofCertificate(CertificateId certificate) {
        return access.read(sql ->
                sql.list(SELECT + " WHERE p.certificate = ? ORDER BY p.address, p.purpose", Pins::pin, certificate));
    }

    private static Pin pin(ResultSet row) throws SQLException {
        return new Pin(
                Rows.address(row, "address"),
                CertificatePurpose.valueOf(row.getString("purpose").toUpperCase(Locale.ROOT)),
                Rows.certificate(row),
                Rows.act(row));
    }

    private static final String SELECT = "SELECT p.address, p.purpose, p.who, p.added, p.note, c.id, c.der"
            + " FROM pin p JOIN certificate c ON c.id = p.certificate";
    static final String FOR_PURPOSE = SELECT + " WHERE p.address = ? AND p.purpose = ?";
}
