package org.postseal.certstore.remote.sync;

import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchScope;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.postseal.certstore.Digest;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.sync.DirectoryMirror.Applied;
import org.postseal.certstore.remote.sync.DirectoryMirror.Changes;
import org.postseal.certstore.remote.sync.DirectoryMirror.Entries;

/** One round over one connection, with everything that the methods share. Confined to one thread. */
final class SyncJob {
    private final SyncSettings settings;
    private final DirectoryMirror mirror;
    private final LDAPConnection connection;
    private final RootDse rootDse;
    private final InstantSource time;
    private final SyncMethod method;
    private final boolean isForced;
    private final boolean isFull;
    private final StopSignal stop;
    private final EntryReader reader;
    private final Instant start;
    private Tally tally = new Tally();

    /**
     * @param isForced whether to remove everything that is gone, however much
     *
     * @param isFull whether to ignore the kept position
     */
    SyncJob(
            SyncSettings settings,
            DirectoryMirror mirror,
            LDAPConnection connection,
            RootDse rootDse,
            InstantSource time,
            SyncMethod method,
            boolean isForced,
            boolean isFull,
            StopSignal stop) {
        this.settings = settings;
        this.mirror = mirror;
        this.connection = connection;
        this.rootDse = rootDse;
        this.time = time;
        this.method = method;
        this.isForced = isForced;
        this.isFull = isFull;
        this.stop = stop;
        this.reader = new EntryReader(settings.selection(), settings.limits());
        this.start = time.instant();
    }

    SyncSettings settings() {
        return settings;
    }

    LDAPConnection connection() {
        return connection;
    }

    RootDse rootDse() {
        return rootDse;
    }

    Tally tally() {
        return tally;
    }

    void newTally() {
        tally = new Tally();
    }

    String server() {
        return connection.getConnectedAddress() + ":" + connection.getConnectedPort();
    }

    SyncReport report(boolean isFull) {
        return report(isFull, start);
    }

    SyncReport report(boolean isFull, Instant since) {
        return tally.report(method, isFull, server(), since, time.instant());
    }

    Instant now() {
        return time.instant();
    }

    /**
     * Returns the position of the method. It is empty if everything is to be read: the first time, after a change of
     * settings, when a full round is due, or when one is asked for.
     */
    Optional<Position> position() {
        return mirror.state(settings.source())
                .filter(state -> !isFull && state.method() == method)
                .flatMap(state -> Position.decode(state.cookie()))
                .filter(position -> position.octets().length > 0)
                .filter(position -> position.scope().equals(scope()))
                .filter(position -> !isFullDue(position));
    }

    boolean isFullDue(Position position) {
        return !time.instant().isBefore(position.lastFull().plus(settings.fullInterval()));
    }

    /** Returns the position after a full round that began with this job. */
    Position freshPosition(byte[] octets) {
        return new Position(scope(), start, octets);
    }

    Position moved(Position from, byte[] octets) {
        return new Position(from.scope(), from.lastFull(), octets);
    }

    /** Returns the filter for the wanted entries. */
    Filter filter() throws SyncException {
        Optional<String> wanted = settings.selection().filter();
        if (wanted.isEmpty() && !rootDse.isActiveDirectory()) {
            LdapSettings.Attributes attributes = settings.selection().attributes();
            return Filter.createORFilter(
                    Filter.createPresenceFilter(attributes.mail()),
                    Filter.createPresenceFilter(attributes.proxyAddresses()));
        }
        try {
            return Filter.create(wanted.orElse(AD_FILTER));
        } catch (LDAPException e) {
            throw SyncException.of(e);
        }
    }

    /** Returns a search among the entries to copy. */
    SearchRequest search(Filter filter, List<String> more) {
        LdapSettings.Query query = settings.selection().query();
        return search(query.base(), query.scope().inSearches(), filter, more);
    }

    SearchRequest search(String base, SearchScope scope, Filter filter, List<String> more) {
        List<String> attributes = new ArrayList<>(reader.attributes());
        attributes.addAll(more);
        return new SearchRequest(base, scope, filter, attributes.toArray(String[]::new));
    }

    /** Returns the DN of the naming context in which the entries are. */
    String namingContext() throws SyncException {
        return rootDse.namingContextOf(settings.selection().query().base());
    }

    PagedSearch paged(SearchRequest request) {
        return new PagedSearch(
                connection, request, rootDse.hasPaging() ? settings.pageSize() : 0, settings.responseTimeout());
    }

    /** Returns the id of the entry, whose attributes must have been asked for. */
    String entryId(Entry entry) throws SyncException {
        if (!rootDse.isActiveDirectory()) {
            return EntryReader.entryId(entry);
        }
        return EntryReader.objectGuid(entry)
                .orElseThrow(() -> new SyncException(
                        SyncFailure.INSUFFICIENT_RIGHTS, "the account may not read objectGUID of " + entry.getDN()));
    }

    /** Returns the entry. If it is to be left out, it is counted, and the result is empty. */
    Optional<MirroredEntry> read(String entryId, Entry entry) throws SyncException {
        if (stop.isRequested()) {
            throw new SyncException(SyncFailure.STOPPED, "stopped");
        }
        return switch (reader.read(entryId, entry)) {
            case EntryReader.Reading.Usable(MirroredEntry usable) -> Optional.of(usable);
            case EntryReader.Reading.Skip(SyncReport.SkipReason reason) -> {
                tally.skip(entry.getDN(), reason);
                yield Optional.empty();
            }
        };
    }

    Set<String> mirroredIds() {
        return mirror.entryIds(settings.source());
    }

    void apply(Changes changes, Position next) {
        tally.add(mirror.apply(settings.source(), changes, state(next)));
    }

    void replaceAll(Entries entries, Supplier<Position> next) throws SyncException {
        Applied applied = mirror.replaceAll(settings.source(), entries, this::checkRemoval, () -> state(next.get()));
        tally.add(applied);
    }

    /**
     * Replaces everything by {@code entries}. Some of them may turn out to be gone while the others are read.
     *
     * @param deleted the ids of the entries that are gone; the set is complete when {@code entries} has ended
     */
    void loadAll(Entries entries, Set<String> deleted, Supplier<Position> next) throws SyncException {
        // Until the second step is done, the kept position makes the next round read everything.
        replaceAll(entries, () -> deleted.isEmpty() ? next.get() : freshPosition(new byte[0]));
        if (!deleted.isEmpty()) {
            apply(new Changes(List.of(), deleted), next.get());
        }
    }

    /**
     * Throws if too large a part of the mirror would be removed at once, as when a server comes up with an empty
     * database.
     */
    void checkRemoval(long before, long gone) throws SyncException {
        if (!isForced && gone * 100 > before * settings.maxRemovedPercent()) {
            throw new SyncException(
                    SyncFailure.TOO_MANY_REMOVED,
                    "of " + before + " entries " + gone + " would be removed, more than " + settings.maxRemovedPercent()
                            + " %; if that is right, force it");
        }
    }

    private SyncState state(Position position) {
        return new SyncState(method, server(), position.encode());
    }

    private String scope() {
        String text = settings.selection().text()
                + '\n'
                + settings.limits()
                + '\n'
                + (method == SyncMethod.DIR_SYNC && settings.dirSyncObjectSecurity());
        return HexFormat.of().formatHex(Digest.SHA_256.of(text.getBytes(StandardCharsets.UTF_8)), 0, 16);
    }

    // Tombstones keep objectClass but not objectCategory; computers are users too.
    private static final String AD_FILTER = "(&(|(objectClass=user)(objectClass=contact))(!(objectClass=computer)))";
}
