package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/** Copies of directory servers, kept in step with the cookie that says how far they go: both change in one transaction, or neither. */
public final class Mirrors {
    private final Access access;

    Mirrors(Access access) {
        this.access = access;
    }

    /**
     * How far a mirror has come.
     *
     * @param cookie the server's own, uninterpreted
     * @param server whom it belongs to: cookies of another server mean nothing
     */
    public record SyncState(byte[] cookie, String server, Instant updated) {}

    /**
     * What a change did.
     *
     * @param written entries new or different
     * @param removed entries that are gone
     */
    public record Applied(int written, int removed) {}

    /** How far the mirror of {@code source} ({@code ldap:NAME}) has come; empty when it was never filled. */
    public Optional<SyncState> state(String source) {
        return access.read(sql -> sql.first(
                "SELECT cookie, server, updated FROM sync_state WHERE source = ?", Mirrors::syncState, source));
    }

    /** Applies changes; entries that are not named stay. */
    public Applied apply(String source, Collection<MirrorEntry> upserts, Collection<String> deletes, SyncState state) {
        return access.write(sql -> {
            MirrorRows rows = new MirrorRows(sql, source, state.updated());
            int written = 0;
            int removed = 0;
            for (String entry : deletes) {
                removed += rows.delete(entry) ? 1 : 0;
            }
            for (MirrorEntry entry : upserts) {
                written += rows.upsert(entry) ? 1 : 0;
            }
            rows.finish();
            store(sql, source, state);
            return new Applied(written, removed);
        });
    }

    /** Makes the mirror hold exactly these entries. */
    public Applied replaceAll(String source, Iterable<MirrorEntry> entries, SyncState state) {
        return access.write(sql -> {
            MirrorRows rows = new MirrorRows(sql, source, state.updated());
            Set<String> old = new LinkedHashSet<>(entryIds(sql, source));
            int written = 0;
            for (MirrorEntry entry : entries) {
                old.remove(entry.id());
                written += rows.upsert(entry) ? 1 : 0;
            }
            for (String gone : old) {
                rows.delete(gone);
            }
            rows.finish();
            store(sql, source, state);
            return new Applied(written, old.size());
        });
    }

    /** Keeps the state alone, when the server says that nothing changed. */
    public void saveState(String source, SyncState state) {
        access.write(sql -> {
            store(sql, source, state);
            return true;
        });
    }

    /** Removes the mirror with its state; the number of entries it had. */
    public int remove(String source) {
        return access.write(sql -> {
            MirrorRows rows = new MirrorRows(sql, source, Instant.EPOCH);
            List<String> entries = entryIds(sql, source);
            for (String entry : entries) {
                rows.delete(entry);
            }
            rows.finish();
            sql.update("DELETE FROM sync_state WHERE source = ?", source);
            return entries.size();
        });
    }

    /** The sources that have a state. */
    public List<String> sources() {
        return access.read(sql -> sql.list("SELECT source FROM sync_state ORDER BY source", row -> row.getString(1)));
    }

    /** The number of entries of a mirror. */
    public long count(String source) {
        return access.read(
                sql -> sql.first("SELECT count(*) FROM mirror_entry WHERE source = ?", row -> row.getLong(1), source)
                        .orElse(0L));
    }

    /** The entries that have this address: several make it ambiguous. */
    public List<MirrorEntry> withAddress(String source, MailAddress address) {
        return access.read(sql -> {
            List<MirrorEntry> found = new ArrayList<>();
            for (String entry : sql.list(BY_ADDRESS, row -> row.getString("entry"), address, source)) {
                found.add(entry(sql, source, entry));
            }
            return found;
        });
    }

    private static MirrorEntry entry(Sql sql, String source, String id) throws SQLException {
        List<MirrorEntry.MirrorCertificate> certificates = new ArrayList<>();
        List<MailCertificate> helpers = new ArrayList<>();
        for (Stored stored : sql.list(CERTIFICATES_OF_ENTRY, Mirrors::stored, source, id)) {
            if (stored.isHelper()) {
                helpers.add(stored.content().certificate());
            } else {
                certificates.add(stored.content());
            }
        }
        List<MailAddress> addresses = sql.list(ADDRESSES_OF_ENTRY, row -> Rows.address(row, "spelling"), source, id);
        return new MirrorEntry(id, addresses, certificates, helpers);
    }

    private record Stored(boolean isHelper, MirrorEntry.MirrorCertificate content) {}

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(
                row.getInt("is_helper") == 1,
                new MirrorEntry.MirrorCertificate(
                        Rows.certificate(row),
                        row.getString("origin"),
                        row.getInt("tier"),
                        row.getInt("is_flagged") == 1,
                        Rows.capabilities(row, "capabilities")));
    }

    private static List<String> entryIds(Sql sql, String source) throws SQLException {
        return sql.list("SELECT entry FROM mirror_entry WHERE source = ?", row -> row.getString(1), source);
    }

    private static void store(Sql sql, String source, SyncState state) throws SQLException {
        sql.update(
                "INSERT INTO sync_state (source, cookie, server, updated) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (source) DO UPDATE SET cookie = excluded.cookie, server = excluded.server, updated = excluded.updated",
                source,
                state.cookie(),
                state.server(),
                state.updated());
    }

    private static SyncState syncState(ResultSet row) throws SQLException {
        return new SyncState(row.getBytes("cookie"), row.getString("server"), Sql.instant(row, "updated"));
    }

    static final String BY_ADDRESS = "SELECT entry FROM mirror_address WHERE address = ? AND source = ? ORDER BY entry";
    static final String ADDRESSES_OF_ENTRY =
            "SELECT spelling FROM mirror_address WHERE source = ? AND entry = ? ORDER BY position";
    static final String CERTIFICATES_OF_ENTRY =
            "SELECT m.is_helper, m.origin, m.tier, m.is_flagged, m.capabilities, c.id, c.der FROM mirror_certificate m"
                    + " JOIN certificate c ON c.id = m.certificate WHERE m.source = ? AND m.entry = ? ORDER BY m.position";
}
