package org.postseal.certstore.remote.sync;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import java.time.Duration;
import java.util.Optional;

/**
 * How one source is synchronised.
 *
 * @param source its name in the mirror: {@code ldap:corp}
 * @param base entries at or below it
 * @param filter RFC 4515; when empty, one that fits the kind of server
 * @param pageSize entries per page and per batch
 * @param fullInterval after it everything is read anew, whatever the method: what has moved out of the base is not told otherwise
 * @param pollInterval between two rounds of {@code follow} where the method does not wait for changes itself
 * @param maxRemovedPercent of the entries that may be gone at once before it is taken for a fault of the server
 * @param dirSyncObjectSecurity only what the account may read, for which it needs no special right
 * @param responseTimeout of the server's silence in a search
 * @param idleCheck of silence while waiting for changes, after which the server is asked whether it is still there
 * @param minBackoff before the first attempt after a failure; doubled each time
 * @param maxBackoff where the doubling ends
 */
public record SyncSettings(
        String source,
        SyncMethod method,
        String base,
        Optional<String> filter,
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
    /** Refuses what could not work. */
    public SyncSettings {
        if (pageSize < 1 || maxRemovedPercent < 0 || maxRemovedPercent > 100) {
            throw new IllegalArgumentException("page size below 1, or percentage outside 0 to 100");
        }
        try {
            DN.normalize(base);
            if (filter.isPresent()) {
                Filter.create(filter.get());
            }
        } catch (LDAPException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** The defaults. */
    public static SyncSettings of(String source, String base) {
        return new SyncSettings(
                source,
                SyncMethod.AUTO,
                base,
                Optional.empty(),
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

    /** The same by another method. */
    public SyncSettings withMethod(SyncMethod other) {
        return new SyncSettings(
                source,
                other,
                base,
                filter,
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
