package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/**
 * Copies of directory servers. A copy and the cookie that says how far it goes change in one transaction, or not at
 * all.
 */
public final class Mirrors {
    private final Access access;

    Mirrors(Access access) {
        this.access = access;
    }

    /**
     * Says how far a mirror has been synchronised.
     *
     * @param method the method of synchronisation; a cookie of another method is meaningless
     * @param server the server that issued the cookie; a cookie of another server is meaningless
     * @param cookie the position, which the database does not interpret
     */
    public record SyncState(String method, String server, byte[] cookie, Instant updated) {}

    /** Counts the entries that a change affected. */
    public record Applied(long added, long changed, long deleted, long unchanged) {}

    /**
     * Returns how far the mirror {@code source} ({@code mirror:NAME}) has been synchronised. Returns empty if it was
     * never filled.
     */
    public Optional<SyncState> state(String source) {
        return access.read(sql -> sql.first(
                "SELECT method, server, cookie, updated FROM sync_state WHERE source = ?", Mirrors::syncState, source));
    }

    public Set<String> entryIds(String source) {
        return access.read(sql -> new HashSet<>(entryIds(sql, source)));
    }

    /** Returns the fingerprints of those of {@code ids} that the mirror has. */
    public Map<String, String> fingerprints(String source, Collection<String> ids) {
        return access.read(sql -> {
            Map<String, String> known = new HashMap<>();
            for (String id : ids) {
                sql.first(MirrorRows.FINGERPRINT, row -> row.getString(1), source, id)
                        .ifPresent(fingerprint -> known.put(id, fingerprint));
            }
            return known;
        });
    }

    /** Applies changes. Entries that are not named stay. */
    public Applied apply(String source, Collection<MirrorEntry> upserts, Collection<String> deletes, SyncState state) {
        return access.write(sql -> {
            MirrorRows rows = new MirrorRows(sql, source, state.updated());
            Map<MirrorRows.Change, Long> counts = new EnumMap<>(MirrorRows.Change.class);
            long deleted = 0;
            for (String entry : deletes) {
                deleted += rows.delete(entry) ? 1 : 0;
            }
            for (MirrorEntry entry : upserts) {
                counts.merge(rows.upsert(entry), 1L, Long::sum);
            }
            rows.finish();
            store(sql, source, state);
            return new Applied(
                    counts.getOrDefault(MirrorRows.Change.ADDED, 0L),
                    counts.getOrDefault(MirrorRows.Change.CHANGED, 0L),
                    deleted,
                    counts.getOrDefault(MirrorRows.Change.UNCHANGED, 0L));
        });
    }

    /**
     * Begins to replace all entries of a mirror, and removes what an interrupted earlier attempt left. Only one
     * replacement of a source may run at a time.
     */
    public MirrorReplacement replacement(String source, Instant now) {
        return new MirrorReplacement(access, source, now);
    }

    /** Removes the entries in several transactions, so that other writers do not wait for long. */
    static void removeEntries(Access access, String source) {
        for (int last = PIECE; last == PIECE; ) {
            last = access.write(sql -> {
                MirrorRows rows = new MirrorRows(sql, source, Instant.EPOCH);
                List<String> entries = sql.list(
                        "SELECT entry FROM mirror_entry WHERE source = ? LIMIT ?",
                        row -> row.getString(1),
                        source,
                        PIECE);
                for (String entry : entries) {
                    rows.delete(entry);
                }
                rows.finish();
                return entries.size();
            });
        }
    }

    /** Returns the names of the mirrors that have a state. */
    public List<String> sources() {
        return access.read(sql -> sql.list("SELECT source FROM sync_state ORDER BY source", row -> row.getString(1)));
    }

    public long count(String source) {
        return access.read(
                sql -> sql.first("SELECT count(*) FROM mirror_entry WHERE source = ?", row -> row.getLong(1), source)
                        .orElse(0L));
    }

    /** Returns the entries that have this address. More than one makes the address ambiguous. */
    public List<MirrorEntry> withAddress(String source, MailAddress address) {
        return access.read(sql -> {
            List<MirrorEntry> found = new ArrayList<>();
            for (String entry : sql.list(BY_ADDRESS, row -> row.getString("entry"), address, source)) {
                entry(sql, source, entry).ifPresent(found::add);
            }
            return found;
        });
    }

    public Optional<MirrorEntry> find(String source, String id) {
        return access.read(sql -> entry(sql, source, id));
    }

    private static Optional<MirrorEntry> entry(Sql sql, String source, String id) throws SQLException {
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
        return sql.first(
                ENTRY,
                row -> new MirrorEntry(
                        id,
                        row.getString("fingerprint"),
                        row.getInt("is_disabled") == 1,
                        addresses,
                        certificates,
                        helpers),
                source,
                id);
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

    static List<String> entryIds(Sql sql, String source) throws SQLException {
        return sql.list("SELECT entry FROM mirror_entry WHERE source = ?", row -> row.getString(1), source);
    }

    static void store(Sql sql, String source, SyncState state) throws SQLException {
        sql.update(
                "INSERT INTO sync_state (source, method, server, cookie, updated) VALUES (?, ?, ?, ?, ?)"
                        + " ON CONFLICT (source) DO UPDATE SET method = excluded.method, server = excluded.server,"
                        + " cookie = excluded.cookie, updated = excluded.updated",
                source,
                state.method(),
                state.server(),
                state.cookie(),
                state.updated());
    }

    private static SyncState syncState(ResultSet row) throws SQLException {
        return new SyncState(
                row.getString("method"), row.getString("server"), row.getBytes("cookie"), Sql.instant(row, "updated"));
    }

    private static final int PIECE = 1_000;
    static final String ENTRY = "SELECT fingerprint, is_disabled FROM mirror_entry WHERE source = ? AND entry = ?";
    static final String BY_ADDRESS = "SELECT entry FROM mirror_address WHERE address = ? AND source = ? ORDER BY entry";
    static final String ADDRESSES_OF_ENTRY =
            "SELECT spelling FROM mirror_address WHERE source = ? AND entry = ? ORDER BY position";
    static final String CERTIFICATES_OF_ENTRY =
            "SELECT m.is_helper, m.origin, m.tier, m.is_flagged, m.capabilities, c.id, c.der"
                    + " FROM mirror_certificate m JOIN certificate c ON c.id = m.certificate"
                    + " WHERE m.source = ? AND m.entry = ? ORDER BY m.position";
}
