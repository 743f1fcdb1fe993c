package org.postseal.certstore.remote.sync;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.Domain;
import org.postseal.certstore.remote.ldap.LdapSettings;

/**
 * Says how one source is synchronised.
 *
 * @param source the name in the mirror, such as {@code ldap:corp}
 * @param selection which entries are copied
 * @param pageSize entries on each page and in each batch
 * @param fullInterval time after which everything is read anew, whatever the method, since no method reports what has
 *     moved out of the base
 * @param pollInterval time between two rounds of {@code follow} if the method does not wait for changes itself
 * @param maxRemovedPercent percentage of the entries that may be gone at once; more is taken for a fault of the server
 * @param dirSyncObjectSecurity whether DirSync returns only what the account may read, and so needs no special right
 * @param responseTimeout how long the server may be silent in a search
 * @param idleCheck how long the server may be silent while we wait for changes, before it is asked whether it is still
 *     there
 * @param minBackoff time before the first attempt after a failure; it doubles each time
 * @param maxBackoff the longest such time
 */
public record SyncSettings(
        String source,
        SyncMethod method,
        Selection selection,
        int pageSize,
        Duration fullInterval,
        Duration pollInterval,
        int maxRemovedPercent,
        boolean dirSyncObjectSecurity,
        EntryLimits limits,
        Duration responseTimeout,
        Duration idleCheck,
        Duration minBackoff,
        Duration maxBackoff) {
    public SyncSettings {
        if (pageSize < 1 || maxRemovedPercent < 0 || maxRemovedPercent > 100) {
            throw new IllegalArgumentException("page size below 1, or percentage outside 0 to 100");
        }
        try {
            DN.normalize(selection.query().base());
            if (selection.filter().isPresent()) {
                Filter.create(selection.filter().get());
            }
        } catch (LDAPException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Says which entries are copied. A copy that was made by another selection begins anew.
     *
     * @param query where the entries are, and the domains whose addresses count
     * @param attributes the attributes that are read
     * @param filter a filter by RFC 4515; if empty, one that fits the kind of server
     */
    public record Selection(LdapSettings.Query query, LdapSettings.Attributes attributes, Optional<String> filter) {
        /** Returns what tells this selection from others. The shape of the query is only for look-ups. */
        String text() {
            List<String> domains =
                    query.domains().stream().map(Domain::ascii).sorted().toList();
            return String.join(
                    "\n",
                    query.base(),
                    query.scope().name(),
                    domains.toString(),
                    attributes.toString(),
                    filter.orElse(""));
        }
    }

    public static SyncSettings of(String source, Selection selection) {
        return new SyncSettings(
                source,
                SyncMethod.AUTO,
                selection,
                500,
                Duration.ofDays(7),
                Duration.ofMinutes(5),
                30,
                true,
                EntryLimits.DEFAULT,
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1));
    }

    public SyncSettings withMethod(SyncMethod other) {
        return new SyncSettings(
                source,
                other,
                selection,
                pageSize,
                fullInterval,
                pollInterval,
                maxRemovedPercent,
                dirSyncObjectSecurity,
                limits,
                responseTimeout,
                idleCheck,
                minBackoff,
                maxBackoff);
    }
}
