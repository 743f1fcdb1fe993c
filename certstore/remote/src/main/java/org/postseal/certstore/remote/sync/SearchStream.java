package org.postseal.certstore.remote.sync;

import com.unboundid.asn1.ASN1OctetString;
import com.unboundid.ldap.sdk.AsyncRequestID;
import com.unboundid.ldap.sdk.AsyncSearchResultListener;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.IntermediateResponse;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResult;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchResultReference;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The messages of one search, in the order in which they came, to be pulled by the reader. A server that is faster than
 * the reader is slowed down by TCP, so no more than some megabytes wait here. The connection must serve this search
 * alone while messages wait. One thread reads.
 */
final class SearchStream implements AutoCloseable {
    private final LDAPConnection connection;
    private final Duration silence;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(ROOM_KIB);
    private final AsyncRequestID request;
    private volatile boolean isClosed;
    private boolean isDone;

    private SearchStream(LDAPConnection connection, SearchRequest search, Duration silence) throws SyncException {
        this.connection = connection;
        this.silence = silence;
        try {
            this.request = connection.asyncSearch(search);
        } catch (LDAPException e) {
            throw SyncException.of(e);
        }
    }

    sealed interface Item {
        record Entry(SearchResultEntry entry) implements Item {}

        /** A reference to another server, which is not followed. */
        record Reference() implements Item {}

        /** An intermediate response (RFC 4511 §4.13). */
        record Intermediate(IntermediateResponse response) implements Item {}

        /** The end of the search, with success or failure. It also comes when the connection is lost. */
        record Done(SearchResult result) implements Item {}
    }

    private record Waiting(Item item, int kib) {}

    /** Sends the request, whose own listeners must be unset. */
    static SearchStream start(LDAPConnection connection, SearchRequest template, Duration silence)
            throws SyncException {
        Listener listener = new Listener();
        SearchRequest search = new SearchRequest(
                listener,
                template.getControls(),
                template.getBaseDN(),
                template.getScope(),
                template.getDereferencePolicy(),
                template.getSizeLimit(),
                template.getTimeLimitSeconds(),
                template.typesOnly(),
                template.getFilter(),
                template.getAttributes());
        // The SDK's limit would be for the whole search, which may last for days. This class limits the silence of the
        // server instead.
        search.setResponseTimeoutMillis(0);
        search.setIntermediateResponseListener(listener::intermediate);
        search.setFollowReferrals(false);
        SearchStream stream = new SearchStream(connection, search, silence);
        listener.deliverTo(stream);
        return stream;
    }

    /** Waits for the next message and returns it. */
    Item next() throws SyncException {
        return poll(silence)
                .orElseThrow(() -> new SyncException(
                        SyncFailure.SERVER_SILENT, "the server said nothing for " + silence.toSeconds() + " s"));
    }

    /** Returns the next message if it comes within that time. There is none after {@code Done}. */
    Optional<Item> poll(Duration time) throws SyncException {
        if (isDone) {
            throw new SyncException(SyncFailure.PROTOCOL_VIOLATION, "read behind the end of a search");
        }
        try {
            Waiting waiting = queue.poll(time.toNanos(), TimeUnit.NANOSECONDS);
            if (waiting == null) {
                return Optional.empty();
            }
            room.release(waiting.kib);
            isDone = waiting.item instanceof Item.Done;
            return Optional.of(waiting.item);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SyncException(SyncFailure.SERVER_UNAVAILABLE, "interrupted", e);
        }
    }

    boolean isReady() {
        return !queue.isEmpty();
    }

    int waiting() {
        return queue.size();
    }

    @Override
    public void close() {
        isClosed = true;
        // The reader thread of the SDK may be waiting for room.
        room.release(ROOM_KIB);
        if (!isDone) {
            try {
                connection.abandon(request);
            } catch (LDAPException e) {
                // The connection is lost, and the search with it.
                isDone = true;
            }
        }
    }

    private void put(Item item, int octets) {
        if (isClosed) {
            return;
        }
        int kib = Math.min(ROOM_KIB, 1 + octets / 1024);
        room.acquireUninterruptibly(kib);
        queue.add(new Waiting(item, kib));
    }

    /** Receives the messages on the SDK's thread, and holds back those that come before the stream exists. */
    private static final class Listener implements AsyncSearchResultListener {
        private static final long serialVersionUID = 1;
        private final transient java.util.concurrent.CompletableFuture<SearchStream> stream =
                new java.util.concurrent.CompletableFuture<>();

        void deliverTo(SearchStream receiver) {
            stream.complete(receiver);
        }

        void intermediate(IntermediateResponse response) {
            ASN1OctetString value = response.getValue();
            stream.join().put(new Item.Intermediate(response), value == null ? 0 : value.getValueLength());
        }

        @Override
        public void searchEntryReturned(SearchResultEntry entry) {
            int octets = 0;
            for (Attribute attribute : entry.getAttributes()) {
                for (ASN1OctetString value : attribute.getRawValues()) {
                    octets += value.getValueLength();
                }
            }
            stream.join().put(new Item.Entry(entry), octets);
        }

        @Override
        public void searchReferenceReturned(SearchResultReference reference) {
            stream.join().put(new Item.Reference(), 0);
        }

        @Override
        public void searchResultReceived(AsyncRequestID requestId, SearchResult result) {
            stream.join().put(new Item.Done(result), 0);
        }
    }

    static void demandSuccess(SearchResult result) throws SyncException {
        if (!result.getResultCode().equals(ResultCode.SUCCESS)) {
            throw SyncException.of(result);
        }
    }

    private static final int ROOM_KIB = 8 * 1024;
}
