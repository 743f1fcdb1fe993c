package org.postseal.certstore.remote.sync;

import com.unboundid.asn1.ASN1OctetString;
import com.unboundid.ldap.sdk.IntermediateResponse;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchResult;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.controls.ContentSyncDoneControl;
import com.unboundid.ldap.sdk.controls.ContentSyncInfoIntermediateResponse;
import com.unboundid.ldap.sdk.controls.ContentSyncState;
import com.unboundid.ldap.sdk.controls.ContentSyncStateControl;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message of the content synchronisation operation (RFC 4533 §2), with the cookie that it may carry. The sections
 * below are of that RFC.
 */
sealed interface SyncMessage {
    Optional<byte[]> cookie();

    /** An entry and its state (§2.3). */
    record Entry(ContentSyncState state, UUID id, SearchResultEntry entry, Optional<byte[]> cookie)
            implements SyncMessage {}

    /** The ids of entries that are unchanged, or that are gone (§2.5, syncIdSet). */
    record Ids(List<UUID> ids, boolean areDeleted, Optional<byte[]> cookie) implements SyncMessage {}

    /** The end of a phase, and perhaps of the refresh (§2.5, refreshPresent and refreshDelete). */
    record PhaseEnd(boolean isPresentPhase, boolean isRefreshDone, Optional<byte[]> cookie) implements SyncMessage {}

    /** A new cookie (§2.5, newcookie), or a message that does not concern us. */
    record Other(Optional<byte[]> cookie) implements SyncMessage {}

    /** The end of the operation (§2.4). */
    record Done(SearchResult result, boolean refreshDeletes, Optional<byte[]> cookie) implements SyncMessage {}

    static SyncMessage of(SearchStream.Item item) throws SyncException {
        try {
            return switch (item) {
                case SearchStream.Item.Entry(SearchResultEntry entry) -> entry(entry);
                case SearchStream.Item.Reference _ -> new Other(Optional.empty());
                case SearchStream.Item.Intermediate(IntermediateResponse response) -> info(response);
                case SearchStream.Item.Done(SearchResult result) -> done(result);
            };
        } catch (LDAPException e) {
            throw new SyncException(
                    SyncFailure.PROTOCOL_VIOLATION, "syncrepl: unreadable control or message: " + e.getMessage(), e);
        }
    }

    private static SyncMessage entry(SearchResultEntry entry) throws LDAPException, SyncException {
        ContentSyncStateControl control = ContentSyncStateControl.get(entry);
        if (control == null) {
            throw new SyncException(
                    SyncFailure.METHOD_UNSUPPORTED, "syncrepl: the server sends entries without their state");
        }
        return new Entry(control.getState(), control.getEntryUUID(), entry, octets(control.getCookie()));
    }

    private static SyncMessage info(IntermediateResponse response) throws LDAPException {
        if (!ContentSyncInfoIntermediateResponse.SYNC_INFO_OID.equals(response.getOID())) {
            return new Other(Optional.empty());
        }
        ContentSyncInfoIntermediateResponse info = response instanceof ContentSyncInfoIntermediateResponse decoded
                ? decoded
                : ContentSyncInfoIntermediateResponse.decode(response);
        Optional<byte[]> cookie = octets(info.getCookie());
        return switch (info.getType()) {
            case NEW_COOKIE -> new Other(cookie);
            case REFRESH_DELETE -> new PhaseEnd(false, info.refreshDone(), cookie);
            case REFRESH_PRESENT -> new PhaseEnd(true, info.refreshDone(), cookie);
            case SYNC_ID_SET -> new Ids(List.copyOf(info.getEntryUUIDs()), info.refreshDeletes(), cookie);
        };
    }

    private static SyncMessage done(SearchResult result) throws LDAPException {
        ContentSyncDoneControl control = ContentSyncDoneControl.get(result);
        return control == null
                ? new Done(result, false, Optional.empty())
                : new Done(result, control.refreshDeletes(), octets(control.getCookie()));
    }

    private static Optional<byte[]> octets(@Nullable ASN1OctetString cookie) {
        return Optional.ofNullable(cookie)
                .filter(present -> present.getValueLength() > 0)
                .map(ASN1OctetString::getValue);
    }
}
