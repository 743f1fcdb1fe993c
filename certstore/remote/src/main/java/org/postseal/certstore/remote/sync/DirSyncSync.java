package org.postseal.certstore.remote.sync;

import com.unboundid.asn1.ASN1OctetString;
import com.unboundid.ldap.sdk.Control;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResult;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.experimental.ActiveDirectoryDirSyncControl;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows Active Directory by the DirSync control ([MS-ADTS] §3.1.1.3.4.1.3). The control always covers a whole naming
 * context, and sends only the changed attributes of a changed object. So it only serves here to learn <em>which</em>
 * objects changed. Those are read again within the base and scope and by the filter of the settings. An object that is
 * not found there any more, because it moved or no longer matches, is removed.
 */
final class DirSyncSync implements SyncPass {
    @Override
    public SyncReport run(SyncJob job) throws SyncException {
        Optional<Position> position = job.position();
        if (position.isPresent()) {
            try {
                return changes(job, position.get());
            } catch (SyncException e) {
                if (e.failure() != SyncFailure.POSITION_REFUSED) {
                    throw e;
                }
                job.tally().note("the server did not take the position: everything was read anew");
            }
        }
        Load load = new Load(job);
        job.loadAll(load::next, load.deleted, () -> job.freshPosition(load.cookie));
        return job.report(true);
    }

    private static SyncReport changes(SyncJob job, Position from) throws SyncException {
        Position position = from;
        boolean hasMore = true;
        while (hasMore) {
            Page page = page(job, position.octets());
            position = job.moved(position, page.cookie());
            Batch batch = new Batch(job);
            readAgain(job, page.changed()).forEach(batch::put);
            page.deleted().forEach(id -> batch.put(id, Optional.empty()));
            batch.flush(position);
            hasMore = page.hasMore();
        }
        return job.report(false);
    }

    /** Runs the first round: it reads every page, and then reads the objects of the page again. */
    private static final class Load {
        private final SyncJob job;
        private final Deque<MirroredEntry> ready = new ArrayDeque<>();
        private final Set<String> deleted = new HashSet<>();
        private byte[] cookie = new byte[0];
        private boolean hasMore = true;

        Load(SyncJob job) {
            this.job = job;
        }

        Optional<MirroredEntry> next() throws SyncException {
            while (ready.isEmpty() && hasMore) {
                Page page = page(job, cookie);
                readAgain(job, page.changed()).forEach((id, entry) -> {
                    entry.ifPresent(ready::add);
                    // The entry may have been returned with an earlier page, so it has to be removed.
                    if (entry.isEmpty()) {
                        deleted.add(id);
                    } else {
                        deleted.remove(id);
                    }
                });
                deleted.addAll(page.deleted());
                cookie = page.cookie();
                hasMore = page.hasMore();
            }
            return Optional.ofNullable(ready.poll());
        }
    }

    private record Page(Set<String> changed, Set<String> deleted, byte[] cookie, boolean hasMore) {}

    private static Page page(SyncJob job, byte[] cookie) throws SyncException {
        String root = job.namingContext();
        // The list of attributes is a filter too: an object is not sent if none of these has changed.
        SearchRequest request = job.search(
                root, SearchScope.SUB, job.filter(), List.of("objectGUID", "isDeleted", "name", "parentGUID"));
        int flags = job.settings().dirSyncObjectSecurity() ? ActiveDirectoryDirSyncControl.FLAG_OBJECT_SECURITY : 0;
        request.addControl(new ActiveDirectoryDirSyncControl(
                true, flags, MAX_OCTETS, cookie.length == 0 ? null : new ASN1OctetString(cookie)));
        request.addControl(new Control(UsnChangedSync.SHOW_DELETED, true));
        // With this control, names carry the objectGUID as well, also those of tombstones.
        request.addControl(new Control(EXTENDED_DN, false));
        Set<String> changed = new LinkedHashSet<>();
        Set<String> deleted = new LinkedHashSet<>();
        try (SearchStream stream =
                SearchStream.start(job.connection(), request, job.settings().responseTimeout())) {
            while (true) {
                switch (stream.next()) {
                    case SearchStream.Item.Entry(SearchResultEntry entry) -> {
                        String id = job.entryId(entry);
                        // An object may have been restored, so the last message about it counts.
                        boolean isDeleted = "TRUE".equalsIgnoreCase(entry.getAttributeValue("isDeleted"));
                        (isDeleted ? changed : deleted).remove(id);
                        (isDeleted ? deleted : changed).add(id);
                    }
                    case SearchStream.Item.Reference _, SearchStream.Item.Intermediate _ -> {}
                    case SearchStream.Item.Done(SearchResult result) -> {
                        return end(job, root, cookie, result, changed, deleted);
                    }
                }
            }
        }
    }

    private static Page end(
            SyncJob job, String root, byte[] cookie, SearchResult result, Set<String> changed, Set<String> deleted)
            throws SyncException {
        SyncException failure = SyncException.ofPositioned(result, cookie.length > 0);
        if (failure != null) {
            throw failure.failure() == SyncFailure.INSUFFICIENT_RIGHTS ? rightMissing(job, root, failure) : failure;
        }
        ActiveDirectoryDirSyncControl control = response(result);
        ASN1OctetString next = control == null ? null : control.getCookie();
        if (control == null || next == null) {
            throw new SyncException(SyncFailure.METHOD_UNSUPPORTED, "dirSync: the server answers without a cookie");
        }
        // [MS-ADTS] §3.1.1.3.4.1.3: in an answer the flags only say whether there is more.
        boolean hasMore = control.getFlags() != 0;
        if (hasMore && java.util.Arrays.equals(cookie, next.getValue())) {
            throw new SyncException(
                    SyncFailure.PROTOCOL_VIOLATION,
                    "dirSync: the server promises more, but its cookie does not change");
        }
        return new Page(changed, deleted, next.getValue(), hasMore);
    }

    private static @Nullable ActiveDirectoryDirSyncControl response(SearchResult result) throws SyncException {
        try {
            return ActiveDirectoryDirSyncControl.get(result);
        } catch (LDAPException e) {
            throw new SyncException(SyncFailure.PROTOCOL_VIOLATION, "dirSync: unreadable control in the answer", e);
        }
    }

    private static SyncException rightMissing(SyncJob job, String root, SyncException cause) {
        String remedy = job.settings().dirSyncObjectSecurity()
                ? "the account must be allowed to read " + root
                : "the account needs the right \"Replicating Directory Changes\" on " + root
                        + " (never \"Replicating Directory Changes All\", which hands out passwords), or"
                        + " dirSyncObjectSecurity: true, which needs no right but sees only what the account may read";
        return new SyncException(SyncFailure.INSUFFICIENT_RIGHTS, "dirSync: " + remedy, cause);
    }

    // An id without an entry is to be removed.
    private static Map<String, Optional<MirroredEntry>> readAgain(SyncJob job, Set<String> ids) throws SyncException {
        Map<String, Optional<MirroredEntry>> entries = new LinkedHashMap<>();
        List<String> all = new ArrayList<>(ids);
        for (int from = 0; from < all.size(); from += IDS_PER_SEARCH) {
            List<String> some = all.subList(from, Math.min(all.size(), from + IDS_PER_SEARCH));
            some.forEach(id -> entries.put(id, Optional.empty()));
            Filter any = Filter.createORFilter(some.stream()
                    .map(id -> Filter.createEqualityFilter("objectGUID", EntryReader.guidOctets(id)))
                    .toList());
            SearchRequest request = job.search(Filter.createANDFilter(any, job.filter()), List.of("objectGUID"));
            try (PagedSearch search = job.paged(request)) {
                for (Optional<SearchResultEntry> entry = search.next(); entry.isPresent(); entry = search.next()) {
                    String id = job.entryId(entry.get());
                    entries.put(id, job.read(id, entry.get()));
                }
            }
        }
        return entries;
    }

    private static final int MAX_OCTETS = 1024 * 1024;
    private static final int IDS_PER_SEARCH = 100;
    private static final String EXTENDED_DN = "1.2.840.113556.1.4.529";
}
