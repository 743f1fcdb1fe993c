package org.postseal.certstore.remote.sync;

import com.unboundid.asn1.ASN1OctetString;
import com.unboundid.ldap.sdk.Control;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResult;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.controls.SimplePagedResultsControl;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the entries of a search page by page (RFC 2696) and returns them one by one. An answer that is cut short is
 * an exception, never an end. Confined to one thread.
 */
final class PagedSearch implements AutoCloseable {
    private final LDAPConnection connection;
    private final SearchRequest request;
    private final Control[] controls;
    private final int pageSize;
    private final Duration silence;
    private @Nullable SearchStream page;
    private @Nullable ASN1OctetString cookie;
    private boolean isDone;
    private long references;

    /** @param pageSize entries on each page; 0 for a server that has no pages */
    PagedSearch(LDAPConnection connection, SearchRequest request, int pageSize, Duration silence) {
        this.connection = connection;
        this.request = request;
        this.controls = request.getControls();
        this.pageSize = pageSize;
        this.silence = silence;
    }

    Optional<SearchResultEntry> next() throws SyncException {
        while (!isDone) {
            if (page == null) {
                page = open();
            }
            switch (page.next()) {
                case SearchStream.Item.Entry(SearchResultEntry entry) -> {
                    return Optional.of(entry);
                }
                case SearchStream.Item.Reference _ -> references++;
                case SearchStream.Item.Intermediate _ -> {}
                case SearchStream.Item.Done(SearchResult result) -> endPage(result);
            }
        }
        return Optional.empty();
    }

    /** Returns the number of references to other servers; none was followed. */
    long references() {
        return references;
    }

    @Override
    public void close() {
        if (page != null) {
            page.close();
        }
    }

    private SearchStream open() throws SyncException {
        if (pageSize > 0) {
            request.setControls(controls);
            request.addControl(new SimplePagedResultsControl(pageSize, cookie, true));
        }
        return SearchStream.start(connection, request, silence);
    }

    private void endPage(SearchResult result) throws SyncException {
        SearchStream.demandSuccess(result);
        page = null;
        try {
            SimplePagedResultsControl response = SimplePagedResultsControl.get(result);
            isDone = response == null || !response.moreResultsToReturn();
            cookie = response == null ? null : response.getCookie();
        } catch (LDAPException e) {
            throw new SyncException(SyncFailure.PROTOCOL_VIOLATION, "unreadable control of paged results", e);
        }
    }
}
