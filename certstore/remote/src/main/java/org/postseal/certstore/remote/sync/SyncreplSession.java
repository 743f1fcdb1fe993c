package org.postseal.certstore.remote.sync;

import com.unboundid.asn1.ASN1OctetString;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResult;
import com.unboundid.ldap.sdk.controls.ContentSyncRequestControl;
import com.unboundid.ldap.sdk.controls.ContentSyncRequestMode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * One content synchronisation operation (RFC 4533).
 *
 * <p>A refresh that starts from a cookie ends in one of two ways. After a delete phase the server has named what is
 * gone. After a present phase it has named everything that is <em>not</em> gone, and whatever was not named is removed.
 * So a cookie that comes during a refresh is not kept: going on from it would leave entries that the present phase had
 * not come to yet. What was applied before the end is applied again next time. A refresh without a cookie replaces the
 * whole mirror. After the refresh every batch is kept with the latest cookie.
 *
 * <p>Confined to one thread.
 */
final class SyncreplSession implements AutoCloseable {
    private final SyncJob job;
    private final boolean isPersistent;
    private Optional<Position> from;
    private SearchStream stream;
    private Optional<byte[]> cookie = Optional.empty();
    private boolean isRefreshed;

    private SyncreplSession(SyncJob job, boolean isPersistent, Optional<Position> from, SearchStream stream) {
        this.job = job;
        this.isPersistent = isPersistent;
        this.from = from;
        this.stream = stream;
    }

    static SyncreplSession open(SyncJob job, boolean isPersistent) throws SyncException {
        Optional<Position> from = job.position();
        return new SyncreplSession(job, isPersistent, from, start(job, isPersistent, from));
    }

    /** Brings the mirror to the state of the server. */
    SyncReport refresh() throws SyncException {
        if (from.isPresent()) {
            try {
                refreshFrom(from.get());
                return job.report(false);
            } catch (SyncException e) {
                if (e.failure() != SyncFailure.POSITION_REFUSED) {
                    throw e;
                }
                job.tally().note("the server did not take the position: everything was read anew");
                from = Optional.empty();
                cookie = Optional.empty();
                stream = start(job, isPersistent, from);
            }
        }
        Set<String> deleted = new HashSet<>();
        job.loadAll(() -> nextLoaded(deleted), deleted, () -> job.freshPosition(cookie.orElse(new byte[0])));
        from = Optional.of(job.freshPosition(cookie.orElse(new byte[0])));
        if (cookie.isEmpty()) {
            job.tally().note("the server gave no cookie: the next round reads everything again");
        }
        return job.report(true);
    }

    /** Applies changes as they come, until the signal, or until everything is due to be read anew. */
    void follow(StopSignal stop, Consumer<SyncReport> reports) throws SyncException {
        Batch batch = new Batch(job);
        Instant heard = job.now();
        Instant since = heard;
        job.newTally();
        while (!stop.isRequested() && !job.isFullDue(from.orElseThrow())) {
            Optional<SearchStream.Item> item = stream.poll(SLICE);
            if (item.isEmpty()) {
                if (job.now().isAfter(heard.plus(job.settings().idleCheck()))) {
                    // A connection whose other end has lost power looks like one on which nothing happens, so the
                    // server is asked something.
                    RootDse.read(job.connection(), job.settings().responseTimeout());
                    heard = job.now();
                }
                continue;
            }
            heard = job.now();
            change(SyncMessage.of(item.get()), batch);
            if (batch.isFull() || !stream.isReady()) {
                boolean hasChanges = !batch.isEmpty();
                keep(batch);
                if (hasChanges) {
                    reports.accept(job.report(false, since));
                    job.newTally();
                }
                since = job.now();
            }
        }
    }

    @Override
    public void close() {
        stream.close();
    }

    private static SearchStream start(SyncJob job, boolean isPersistent, Optional<Position> from) throws SyncException {
        SearchRequest request = job.search(job.filter(), List.of());
        request.addControl(new ContentSyncRequestControl(
                true,
                isPersistent ? ContentSyncRequestMode.REFRESH_AND_PERSIST : ContentSyncRequestMode.REFRESH_ONLY,
                from.map(position -> new ASN1OctetString(position.octets())).orElse(null),
                false));
        return SearchStream.start(job.connection(), request, job.settings().responseTimeout());
    }

    private void refreshFrom(Position position) throws SyncException {
        Batch batch = new Batch(job);
        Set<String> named = new HashSet<>();
        boolean isPresentPhase = false;
        while (!isRefreshed) {
            SyncMessage message = message(true);
            switch (message) {
                case SyncMessage.Entry(var state, UUID id, var entry, var _) -> {
                    switch (state) {
                        case ADD, MODIFY -> {
                            named.add(id.toString());
                            batch.put(id.toString(), job.read(id.toString(), entry));
                        }
                        case PRESENT -> named.add(id.toString());
                        case DELETE -> batch.put(id.toString(), Optional.empty());
                    }
                }
                case SyncMessage.Ids(List<UUID> ids, boolean areDeleted, var _) -> {
                    for (UUID id : ids) {
                        if (areDeleted) {
                            batch.put(id.toString(), Optional.empty());
                        } else {
                            named.add(id.toString());
                        }
                    }
                }
                case SyncMessage.PhaseEnd(boolean isPresent, var _, var _) -> isPresentPhase |= isPresent;
                case SyncMessage.Other _ -> {}
                // §3.3.2: without refreshDeletes the refresh was a present phase; in persist mode the messages above
                // say so.
                case SyncMessage.Done done -> isPresentPhase |= !isPersistent && !done.refreshDeletes();
            }
            batch.flushIfFull(position);
        }
        if (isPresentPhase) {
            removeUnnamed(named, batch, position);
        }
        from = Optional.of(position);
        keep(batch);
    }

    private void removeUnnamed(Set<String> named, Batch batch, Position position) throws SyncException {
        // The batch is flushed first, so that the mirror's ids include the entries just added and not those just
        // deleted.
        batch.flush(position);
        Set<String> ids = job.mirroredIds();
        long before = ids.size();
        Set<String> gone = new HashSet<>(ids);
        gone.removeAll(named);
        job.checkRemoval(before, gone.size());
        for (String id : gone) {
            batch.put(id, Optional.empty());
        }
    }

    private Optional<MirroredEntry> nextLoaded(Set<String> deleted) throws SyncException {
        while (!isRefreshed) {
            switch (message(false)) {
                case SyncMessage.Entry(var state, UUID id, var entry, var _) -> {
                    switch (state) {
                        case ADD, MODIFY -> {
                            Optional<MirroredEntry> usable = job.read(id.toString(), entry);
                            if (usable.isPresent()) {
                                deleted.remove(id.toString());
                                return usable;
                            }
                            deleted.add(id.toString());
                        }
                        case DELETE -> deleted.add(id.toString());
                        // The entry was never sent, so there is nothing to keep.
                        case PRESENT -> {}
                    }
                }
                case SyncMessage.Ids(List<UUID> ids, boolean areDeleted, var _) -> {
                    if (areDeleted) {
                        ids.forEach(id -> deleted.add(id.toString()));
                    }
                }
                case SyncMessage.PhaseEnd _, SyncMessage.Other _, SyncMessage.Done _ -> {}
            }
        }
        return Optional.empty();
    }

    // Takes one change of the persist stage (§3.4.2).
    private void change(SyncMessage message, Batch batch) throws SyncException {
        message.cookie().ifPresent(latest -> cookie = Optional.of(latest));
        switch (message) {
            case SyncMessage.Entry(var state, UUID id, var entry, var _) -> {
                switch (state) {
                    case ADD, MODIFY -> batch.put(id.toString(), job.read(id.toString(), entry));
                    case DELETE -> batch.put(id.toString(), Optional.empty());
                    case PRESENT -> {}
                }
            }
            case SyncMessage.Ids(List<UUID> ids, boolean areDeleted, var _) -> {
                if (areDeleted) {
                    ids.forEach(id -> batch.put(id.toString(), Optional.empty()));
                }
            }
            case SyncMessage.PhaseEnd _, SyncMessage.Other _ -> {}
            case SyncMessage.Done(SearchResult result, var _, var _) -> {
                keep(batch);
                SyncException failure = SyncException.ofPositioned(result, true);
                if (failure != null && failure.failure() == SyncFailure.POSITION_REFUSED) {
                    forget(batch);
                }
                throw failure != null
                        ? failure
                        : new SyncException(SyncFailure.SERVER_UNAVAILABLE, "syncrepl: the server ended the operation");
            }
        }
    }

    /** Flushes the batch with the latest cookie. */
    private void keep(Batch batch) {
        Position position = from.orElseThrow();
        Position next = cookie.map(latest -> job.moved(position, latest)).orElse(position);
        batch.flush(next);
        from = Optional.of(next);
    }

    // §3.5: the server wants to be asked for everything again.
    private void forget(Batch batch) {
        batch.flush(job.moved(from.orElseThrow(), new byte[0]));
    }

    private SyncMessage message(boolean hasPosition) throws SyncException {
        SyncMessage message = SyncMessage.of(stream.next());
        message.cookie().ifPresent(latest -> cookie = Optional.of(latest));
        switch (message) {
            case SyncMessage.PhaseEnd(var _, boolean isRefreshDone, var _) ->
                isRefreshed = isPersistent && isRefreshDone;
            case SyncMessage.Done(SearchResult result, var _, var _) -> {
                SyncException failure = SyncException.ofPositioned(result, hasPosition);
                if (failure != null) {
                    throw failure;
                }
                isRefreshed = true;
            }
            case SyncMessage.Entry _, SyncMessage.Ids _, SyncMessage.Other _ -> {}
        }
        return message;
    }

    private static final Duration SLICE = Duration.ofMillis(200);
}
