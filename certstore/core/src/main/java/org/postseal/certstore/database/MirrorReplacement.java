package org.postseal.certstore.database;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.postseal.certstore.database.MirrorRows.Change;
import org.postseal.certstore.database.Mirrors.Applied;
import org.postseal.certstore.database.Mirrors.SyncState;

/**
 * Replaces all entries of a mirror while they are still arriving. New and different entries are written in short
 * transactions under a temporary source name that nobody asks for. {@link #commit} then renames them in one
 * transaction. Readers see the old entries until then, and other writers do not wait for the network. Confined to one
 * thread.
 */
public final class MirrorReplacement {
    private final Access access;
    private final String source;
    private final String aside;
    private final Instant now;
    private final Set<String> seen = new HashSet<>();

    MirrorReplacement(Access access, String source, Instant now) {
        this.access = access;
        this.source = source;
        this.aside = ASIDE + source;
        this.now = now;
        discard();
    }

    /**
     * Takes some of the entries. If an id is given twice, the later entry counts.
     *
     * @param different entries that the mirror does not have in this form
     * @param unchanged ids of entries that the mirror has unchanged
     */
    public void add(Collection<MirrorEntry> different, Collection<String> unchanged) {
        List<String> again = unchanged.stream().filter(id -> !seen.add(id)).toList();
        if (different.isEmpty() && again.isEmpty()) {
            return;
        }
        access.write(sql -> {
            MirrorRows rows = new MirrorRows(sql, aside, now);
            for (String id : again) {
                rows.delete(id);
            }
            for (MirrorEntry entry : different) {
                Change _ = rows.upsert(entry);
            }
            rows.finish();
            return true;
        });
        different.forEach(entry -> seen.add(entry.id()));
    }

    /** Returns the number of entries that the mirror has now. */
    public long before() {
        return new Mirrors(access).count(source);
    }

    /** Returns how many of the mirror's entries will be removed. */
    public long gone() {
        return access.read(sql -> goneIds(Mirrors.entryIds(sql, source)).size() + 0L);
    }

    /** Puts the new entries in the place of the old ones. */
    public Applied commit(SyncState state) {
        return access.write(sql -> {
            MirrorRows rows = new MirrorRows(sql, source, now);
            List<String> gone = goneIds(Mirrors.entryIds(sql, source));
            List<String> changed = sql.list(CHANGED, row -> row.getString(1), aside, source);
            long different = sql.first(
                            "SELECT count(*) FROM mirror_entry WHERE source = ?", row -> row.getLong(1), aside)
                    .orElse(0L);
            for (String id : gone) {
                rows.delete(id);
            }
            for (String id : changed) {
                rows.delete(id);
            }
            rows.takeOver(aside);
            rows.finish();
            Mirrors.store(sql, source, state);
            return new Applied(different - changed.size(), changed.size(), gone.size(), seen.size() - different);
        });
    }

    /** Gives the replacement up, and removes what was written for it. */
    public void discard() {
        Mirrors.removeEntries(access, aside);
    }

    private List<String> goneIds(List<String> ids) {
        return ids.stream().filter(id -> !seen.contains(id)).toList();
    }

    // This source has no sync state, so nobody takes it for a mirror.
    private static final String ASIDE = "incoming ";
    static final String CHANGED = "SELECT n.entry FROM mirror_entry n JOIN mirror_entry o ON o.entry = n.entry"
            + " WHERE n.source = ? AND o.source = ?";
}
