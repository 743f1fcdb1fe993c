package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchResultListener;
import com.unboundid.ldap.sdk.SearchResultReference;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what a search returns, and closes the connection to a server that returns more than it was asked for. The
 * size limit of a request is only a wish: a server that ignores it could send entries until the memory is full. Not
 * thread-safe.
 */
final class BoundedResults implements SearchResultListener {
    @Serial
    private static final long serialVersionUID = 1;

    private static final int MAX_REFERENCES = 100;

    private final transient LDAPConnection connection;
    private final int maxEntries;
    private final long maxOctets;
    private final transient List<SearchResultEntry> entries = new ArrayList<>();
    private final transient List<SearchResultReference> references = new ArrayList<>();
    private long octets;
    private boolean isOver;

    BoundedResults(LDAPConnection connection, LdapSettings.Limits limits) {
        this.connection = connection;
        this.maxEntries = limits.entries();
        this.maxOctets = 2L * limits.messageOctets();
    }

    /** Runs the search; {@code request} must have been made with this listener. */
    void search(SearchRequest request) throws LDAPException, LdapFailureException {
        try {
            connection.search(request);
        } catch (LDAPSearchException e) {
            if (!isOver) {
                throw e;
            }
        }
        if (isOver) {
            throw new LdapFailureException(
                    LdapFailure.OVER_LIMIT,
                    "more than " + maxEntries + " entries or " + maxOctets + " octets were sent");
        }
    }

    List<SearchResultEntry> entries() {
        return entries;
    }

    List<SearchResultReference> references() {
        return references;
    }

    @Override
    public void searchEntryReturned(SearchResultEntry entry) {
        for (Attribute each : entry.getAttributes()) {
            for (byte[] value : each.getValueByteArrays()) {
                octets += value.length;
            }
        }
        if (entries.size() == maxEntries || octets > maxOctets) {
            hangUp();
        } else {
            entries.add(entry);
        }
    }

    @Override
    public void searchReferenceReturned(SearchResultReference reference) {
        if (references.size() == MAX_REFERENCES) {
            hangUp();
        } else {
            references.add(reference);
        }
    }

    private void hangUp() {
        isOver = true;
        connection.closeWithoutUnbind();
    }
}
