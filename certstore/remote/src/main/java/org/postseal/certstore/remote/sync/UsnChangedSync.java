package org.postseal.certstore.remote.sync;

import com.unboundid.ldap.sdk.Control;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Follows Active Directory by update sequence numbers. The account needs only the right to read. The numbers belong to
 * one database on one domain controller, which its invocation id identifies. With another database everything is read
 * anew, and the same machine restored from a backup counts as another. The number kept is the one that the server named
 * <em>before</em> the search, never the largest one seen in it, because objects may be changed while the search runs.
 */
final class UsnChangedSync implements SyncPass {
    @Override
    public SyncReport run(SyncJob job) throws SyncException {
        long highest = job.rootDse()
                .highestCommittedUsn()
                .orElseThrow(() -> new SyncException(
                        SyncFailure.METHOD_UNSUPPORTED, "usnChanged: the server names no highestCommittedUSN"));
        Mark now = new Mark(invocationId(job), highest);
        Optional<Position> position = job.position();
        Optional<Mark> kept = position.flatMap(found -> Mark.decode(found.octets()));
        if (position.isEmpty() || kept.isEmpty()) {
            return FullSync.run(job, () -> job.freshPosition(now.encode()));
        }
        if (!kept.get().invocationId().equals(now.invocationId()) || kept.get().usn() > now.usn()) {
            job.tally().note("another domain controller or a restored one: everything was read anew");
            return FullSync.run(job, () -> job.freshPosition(now.encode()));
        }
        if (kept.get().usn() < now.usn()) {
            changes(job, position.get(), kept.get().usn() + 1, now);
        }
        return job.report(false);
    }

    private static void changes(SyncJob job, Position from, long lowest, Mark now) throws SyncException {
        Filter since = Filter.createGreaterOrEqualFilter("uSNChanged", Long.toString(lowest));
        Batch batch = new Batch(job);
        SearchRequest changed = job.search(Filter.createANDFilter(since, job.filter()), List.of("objectGUID"));
        try (PagedSearch search = job.paged(changed)) {
            for (Optional<SearchResultEntry> entry = search.next(); entry.isPresent(); entry = search.next()) {
                String id = job.entryId(entry.get());
                batch.put(id, job.read(id, entry.get()));
                batch.flushIfFull(from);
            }
            job.tally().references(search.references());
        }
        deletions(job, since, batch, from);
        batch.flush(job.moved(from, now.encode()));
    }

    // Tombstones are in a container at the root of the naming context, wherever the object was.
    private static void deletions(SyncJob job, Filter since, Batch batch, Position from) throws SyncException {
        String root = job.namingContext();
        SearchRequest deleted = new SearchRequest(
                root,
                SearchScope.SUB,
                Filter.createANDFilter(Filter.createEqualityFilter("isDeleted", "TRUE"), since),
                "objectGUID");
        deleted.addControl(new Control(SHOW_DELETED, true));
        try (PagedSearch search = job.paged(deleted)) {
            for (Optional<SearchResultEntry> entry = search.next(); entry.isPresent(); entry = search.next()) {
                EntryReader.objectGuid(entry.get()).ifPresent(id -> batch.put(id, Optional.empty()));
                batch.flushIfFull(from);
            }
        } catch (SyncException e) {
            if (e.failure() != SyncFailure.INSUFFICIENT_RIGHTS) {
                throw e;
            }
            job.tally()
                    .note("the account may not see deleted objects: what is deleted goes with the full round, every "
                            + job.settings().fullInterval().toHours() + " h");
        }
    }

    private static String invocationId(SyncJob job) throws SyncException {
        String name = job.rootDse()
                .dsServiceName()
                .orElseThrow(() -> new SyncException(
                        SyncFailure.METHOD_UNSUPPORTED, "usnChanged: the server names no dsServiceName"));
        try {
            SearchRequest request = new SearchRequest(name, SearchScope.BASE, "(objectClass=*)", "invocationId");
            request.setResponseTimeoutMillis(job.settings().responseTimeout().toMillis());
            Entry entry = job.connection().searchForEntry(request);
            byte[] id = entry == null ? null : entry.getAttributeValueBytes("invocationId");
            if (id == null) {
                throw new SyncException(
                        SyncFailure.INSUFFICIENT_RIGHTS,
                        "usnChanged: the account may not read invocationId of " + name);
            }
            return HexFormat.of().formatHex(id);
        } catch (LDAPException e) {
            throw SyncException.of(e);
        }
    }

    /** A sequence number and the database that it belongs to. */
    private record Mark(String invocationId, long usn) {
        byte[] encode() {
            return (invocationId + ":" + usn).getBytes(StandardCharsets.US_ASCII);
        }

        static Optional<Mark> decode(byte[] octets) {
            String text = new String(octets, StandardCharsets.US_ASCII);
            int colon = text.indexOf(':');
            if (colon < 0 || !text.substring(colon + 1).matches("[0-9]{1,18}")) {
                return Optional.empty();
            }
            return Optional.of(new Mark(text.substring(0, colon), Long.parseLong(text.substring(colon + 1))));
        }
    }

    static final String SHOW_DELETED = "1.2.840.113556.1.4.417";
}
