package org.postseal.certstore.remote.sync;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.controls.ContentSyncRequestControl;
import com.unboundid.ldap.sdk.controls.SimplePagedResultsControl;
import com.unboundid.ldap.sdk.experimental.ActiveDirectoryDirSyncControl;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Holds what a server says about itself.
 *
 * @param maker the maker of the server program
 * @param highestCommittedUsn Active Directory: number of the last change at the time of reading
 * @param dsServiceName Active Directory: the object that stands for this domain controller
 */
record RootDse(
        String maker,
        boolean isActiveDirectory,
        Set<String> controls,
        List<String> namingContexts,
        Optional<Long> highestCommittedUsn,
        Optional<String> dsServiceName) {
    static RootDse read(LDAPConnection connection, Duration timeout) throws SyncException {
        try {
            SearchRequest request = new SearchRequest("", SearchScope.BASE, "(objectClass=*)", "*", "+");
            request.setResponseTimeoutMillis(timeout.toMillis());
            Entry entry = connection.searchForEntry(request);
            if (entry == null) {
                throw new SyncException(SyncFailure.INSUFFICIENT_RIGHTS, "the server does not show its root DSE");
            }
            return new RootDse(
                    maker(entry),
                    values(entry, "supportedCapabilities").contains(ACTIVE_DIRECTORY),
                    Set.copyOf(values(entry, "supportedControl")),
                    values(entry, "namingContexts"),
                    Optional.ofNullable(entry.getAttributeValueAsLong("highestCommittedUSN")),
                    Optional.ofNullable(entry.getAttributeValue("dsServiceName")));
        } catch (LDAPException e) {
            throw SyncException.of(e);
        }
    }

    boolean hasPaging() {
        return controls.contains(SimplePagedResultsControl.PAGED_RESULTS_OID);
    }

    SyncMethod bestMethod() {
        if (isActiveDirectory) {
            if (highestCommittedUsn.isPresent() && dsServiceName.isPresent()) {
                return SyncMethod.USN_CHANGED;
            }
            return controls.contains(ActiveDirectoryDirSyncControl.DIRSYNC_OID) ? SyncMethod.DIR_SYNC : SyncMethod.FULL;
        }
        return controls.contains(ContentSyncRequestControl.SYNC_REQUEST_OID) ? SyncMethod.SYNCREPL : SyncMethod.FULL;
    }

    /**
     * Returns the root of the naming context that {@code base} is in, or {@code base} itself if the server does not
     * name one.
     */
    String namingContextOf(String base) throws SyncException {
        try {
            DN dn = new DN(base);
            Optional<String> root = Optional.empty();
            for (String context : namingContexts.stream()
                    .sorted(Comparator.comparingInt(String::length))
                    .toList()) {
                if (dn.isDescendantOf(context, true)) {
                    root = Optional.of(context);
                }
            }
            return root.orElse(base);
        } catch (LDAPException e) {
            throw SyncException.of(e);
        }
    }

    private static String maker(Entry entry) {
        if (values(entry, "supportedCapabilities").contains(ACTIVE_DIRECTORY)) {
            return "Active Directory";
        }
        // OpenLDAP's server, slapd, names no vendor.
        if (values(entry, "objectClass").contains("OpenLDAProotDSE")) {
            return "OpenLDAP";
        }
        return Optional.ofNullable(entry.getAttributeValue("vendorName")).orElse("a server that does not say its make");
    }

    private static List<String> values(Entry entry, String name) {
        return Optional.ofNullable(entry.getAttribute(name))
                .map(Attribute::getValues)
                .map(values -> List.copyOf(Arrays.asList(values)))
                .orElse(List.of());
    }

    // [MS-ADTS] calls this OID LDAP_CAP_ACTIVE_DIRECTORY_OID. AD LDS shows another OID besides it.
    private static final String ACTIVE_DIRECTORY = "1.2.840.113556.1.4.800";
}
