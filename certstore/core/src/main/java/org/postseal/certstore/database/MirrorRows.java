package org.postseal.certstore.database;

import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/** Writes the mirrored entries of one source, and updates the certificates' entries at the end. */
final class MirrorRows {
    private final Sql sql;
    private final String source;
    private final Act act;
    private final Set<CertificateId> touched = new LinkedHashSet<>();

    MirrorRows(Sql sql, String source, Instant now) {
        this.sql = sql;
        this.source = source;
        this.act = Act.of("sync", now);
    }

    enum Change {
        ADDED,
        CHANGED,
        UNCHANGED
    }

    Change upsert(MirrorEntry entry) throws SQLException {
        Optional<String> known = sql.first(FINGERPRINT, row -> row.getString(1), source, entry.id());
        if (known.isPresent() && known.get().equals(entry.fingerprint())) {
            return Change.UNCHANGED;
        }
        delete(entry.id());
        sql.update(
                "INSERT INTO mirror_entry (source, entry, fingerprint, is_disabled, original) VALUES (?, ?, ?, ?, ?)",
                source,
                entry.id(),
                entry.fingerprint(),
                entry.isDisabled(),
                // Earlier versions kept here what the server sent
                new byte[0]);
        int position = 0;
        for (MailAddress address : entry.addresses()) {
            sql.update(
                    "INSERT INTO mirror_address (source, entry, address, spelling, position)"
                            + " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    source,
                    entry.id(),
                    address,
                    address.toString(),
                    position++);
        }
        position = 0;
        for (MirrorEntry.MirrorCertificate certificate : entry.certificates()) {
            insert(entry.id(), position++, false, certificate);
        }
        for (MailCertificate helper : entry.helpers()) {
            insert(
                    entry.id(),
                    position++,
                    true,
                    new MirrorEntry.MirrorCertificate(helper, "", 0, false, Optional.empty()));
        }
        return known.isPresent() ? Change.CHANGED : Change.ADDED;
    }

    /** Moves the entries of another source to this one. The two sources must have no id in common. */
    void takeOver(String other) throws SQLException {
        sql.update("UPDATE mirror_entry SET source = ? WHERE source = ?", source, other);
        sql.update(
                "INSERT INTO entry (certificate, source, state, who, added, note) SELECT certificate,"
                        + " ?, state, who, added, note FROM entry WHERE source = ? ON CONFLICT DO NOTHING",
                source,
                other);
        sql.update("DELETE FROM entry WHERE source = ?", other);
    }

    boolean delete(String entry) throws SQLException {
        touched.addAll(sql.list(
                "SELECT certificate FROM mirror_certificate WHERE source = ? AND entry = ?",
                row -> Rows.certificateId(row, "certificate"),
                source,
                entry));
        return sql.update("DELETE FROM mirror_entry WHERE source = ? AND entry = ?", source, entry) > 0;
    }

    // A certificate may stand in several entries, or come back in the same run, so its entry is removed only now.
    void finish() throws SQLException {
        for (CertificateId id : touched) {
            if (!sql.exists("SELECT 1 FROM mirror_certificate WHERE certificate = ? AND source = ?", id, source)) {
                CertificateRows.leave(sql, id, source);
            }
        }
    }

    private void insert(String entry, int position, boolean isHelper, MirrorEntry.MirrorCertificate certificate)
            throws SQLException {
        CertificateRows.insert(sql, certificate.certificate());
        CertificateRows.enter(sql, certificate.certificate().id(), source, EntryState.MIRRORED, act);
        sql.update(
                "INSERT INTO mirror_certificate (source, entry, position, certificate, is_helper,"
                        + " origin, tier, is_flagged, capabilities) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                source,
                entry,
                position,
                certificate.certificate().id(),
                isHelper,
                certificate.origin(),
                certificate.tier(),
                certificate.isFlagged(),
                certificate.capabilities().map(known -> known.der()));
    }

    static final String FINGERPRINT = "SELECT fingerprint FROM mirror_entry WHERE source = ? AND entry = ?";
}
