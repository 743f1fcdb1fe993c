package org.postseal.certstore.remote.sync;

import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads everything, every time, and lets the mirror find the differences. It serves servers that offer nothing better,
 * and the first round of the other methods.
 */
final class FullSync implements SyncPass {
    @Override
    public SyncReport run(SyncJob job) throws SyncException {
        return run(job, () -> job.freshPosition(new byte[0]));
    }

    /** Reads everything for a method that then goes on from {@code next}. */
    static SyncReport run(SyncJob job, Supplier<Position> next) throws SyncException {
        SearchRequest request = job.search(job.filter(), EntryReader.ID_ATTRIBUTES);
        try (PagedSearch search = job.paged(request)) {
            job.replaceAll(() -> nextUsable(job, search), next);
            job.tally().references(search.references());
        }
        return job.report(true);
    }

    private static Optional<MirroredEntry> nextUsable(SyncJob job, PagedSearch search) throws SyncException {
        for (Optional<SearchResultEntry> entry = search.next(); entry.isPresent(); entry = search.next()) {
            Optional<MirroredEntry> usable = job.read(job.entryId(entry.get()), entry.get());
            if (usable.isPresent()) {
                return usable;
            }
        }
        return Optional.empty();
    }
}
