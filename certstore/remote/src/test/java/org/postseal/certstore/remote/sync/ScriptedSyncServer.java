package org.postseal.certstore.remote.sync;

import com.unboundid.asn1.ASN1OctetString;
import com.unboundid.ldap.listener.LDAPListener;
import com.unboundid.ldap.listener.LDAPListenerClientConnection;
import com.unboundid.ldap.listener.LDAPListenerConfig;
import com.unboundid.ldap.listener.LDAPListenerRequestHandler;
import com.unboundid.ldap.protocol.AddRequestProtocolOp;
import com.unboundid.ldap.protocol.BindRequestProtocolOp;
import com.unboundid.ldap.protocol.CompareRequestProtocolOp;
import com.unboundid.ldap.protocol.DeleteRequestProtocolOp;
import com.unboundid.ldap.protocol.ExtendedRequestProtocolOp;
import com.unboundid.ldap.protocol.IntermediateResponseProtocolOp;
import com.unboundid.ldap.protocol.LDAPMessage;
import com.unboundid.ldap.protocol.ModifyDNRequestProtocolOp;
import com.unboundid.ldap.protocol.ModifyRequestProtocolOp;
import com.unboundid.ldap.protocol.SearchRequestProtocolOp;
import com.unboundid.ldap.protocol.SearchResultDoneProtocolOp;
import com.unboundid.ldap.sdk.Control;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.IntermediateResponse;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.controls.ContentSyncDoneControl;
import com.unboundid.ldap.sdk.controls.ContentSyncInfoIntermediateResponse;
import com.unboundid.ldap.sdk.controls.ContentSyncRequestControl;
import com.unboundid.ldap.sdk.controls.ContentSyncRequestMode;
import com.unboundid.ldap.sdk.controls.ContentSyncState;
import com.unboundid.ldap.sdk.controls.ContentSyncStateControl;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A server that answers content synchronisation requests one after the other by a script, whether RFC 4533 allows the
 * answers or not.
 */
final class ScriptedSyncServer implements AutoCloseable {
    private final LDAPListener listener = new LDAPListener(new LDAPListenerConfig(0, new Handler(null)));
    private final Queue<List<Step>> scripts = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();

    ScriptedSyncServer() throws IOException {
        listener.startListening();
    }

    /** One step of a script. */
    sealed interface Step {
        /** Sends an entry, with its state if that is not null. */
        record Send(
                @Nullable ContentSyncState state,
                int number,
                @Nullable String cookie) implements Step {}

        /** Sends an intermediate message. */
        record Tell(IntermediateResponse response) implements Step {}

        /** Sends the end of the search. */
        record End(ResultCode code, @Nullable ContentSyncDoneControl control) implements Step {}
    }

    static Step add(int number) {
        return new Step.Send(ContentSyncState.ADD, number, null);
    }

    static Step send(@Nullable ContentSyncState state, int number, @Nullable String cookie) {
        return new Step.Send(state, number, cookie);
    }

    static Step ids(boolean areDeleted, int... numbers) {
        List<UUID> ids =
                Arrays.stream(numbers).mapToObj(ScriptedSyncServer::uuid).toList();
        return new Step.Tell(ContentSyncInfoIntermediateResponse.createSyncIDSetResponse(null, ids, areDeleted));
    }

    static Step present(boolean isRefreshDone, @Nullable String cookie) {
        return new Step.Tell(
                ContentSyncInfoIntermediateResponse.createRefreshPresentResponse(octets(cookie), isRefreshDone));
    }

    static Step delete(boolean isRefreshDone, @Nullable String cookie) {
        return new Step.Tell(
                ContentSyncInfoIntermediateResponse.createRefreshDeleteResponse(octets(cookie), isRefreshDone));
    }

    static Step newCookie(String cookie) {
        return new Step.Tell(ContentSyncInfoIntermediateResponse.createNewCookieResponse(new ASN1OctetString(cookie)));
    }

    static Step done(@Nullable String cookie, boolean refreshDeletes) {
        return new Step.End(ResultCode.SUCCESS, new ContentSyncDoneControl(octets(cookie), refreshDeletes));
    }

    static Step fail(ResultCode code) {
        return new Step.End(code, null);
    }

    static UUID uuid(int number) {
        return new UUID(7, number);
    }

    synchronized void answer(Step... steps) {
        scripts.add(List.of(steps));
    }

    /**
     * Returns the requests so far, such as {@code refreshOnly cookie}, or {@code refreshAndPersist -} without a cookie.
     */
    synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    DirectoryServer server() {
        return _ -> {
            try {
                return new LDAPConnection("127.0.0.1", listener.getListenPort());
            } catch (LDAPException e) {
                throw SyncException.of(e);
            }
        };
    }

    @Override
    public void close() {
        listener.shutDown(true);
    }

    private static @Nullable ASN1OctetString octets(@Nullable String text) {
        return text == null ? null : new ASN1OctetString(text);
    }

    private synchronized List<Step> next(ContentSyncRequestControl control) {
        ASN1OctetString cookie = control.getCookie();
        requests.add((control.getMode() == ContentSyncRequestMode.REFRESH_ONLY ? "refreshOnly " : "refreshAndPersist ")
                + (cookie == null ? "-" : cookie.stringValue()));
        List<Step> steps = scripts.poll();
        return steps == null ? List.of(fail(ResultCode.OTHER)) : steps;
    }

    private final class Handler extends LDAPListenerRequestHandler {
        private final @Nullable LDAPListenerClientConnection connection;

        Handler(@Nullable LDAPListenerClientConnection connection) {
            this.connection = connection;
        }

        @Override
        public LDAPListenerRequestHandler newInstance(LDAPListenerClientConnection client) {
            return new Handler(client);
        }

        @Override
        public LDAPMessage processSearchRequest(int id, SearchRequestProtocolOp request, List<Control> controls) {
            LDAPListenerClientConnection client = java.util.Objects.requireNonNull(connection);
            try {
                if (request.getBaseDN().isEmpty()) {
                    Entry rootDse = new Entry("");
                    rootDse.addAttribute("supportedControl", ContentSyncRequestControl.SYNC_REQUEST_OID);
                    client.sendSearchResultEntry(id, rootDse);
                    return done(id, ResultCode.SUCCESS, null);
                }
                for (Step step : next(new ContentSyncRequestControl(controls.getFirst()))) {
                    switch (step) {
                        case Step.Send send -> send(client, id, send);
                        case Step.Tell(IntermediateResponse response) ->
                            client.sendIntermediateResponse(id, new IntermediateResponseProtocolOp(response));
                        case Step.End(ResultCode code, var control) -> {
                            return done(id, code, control);
                        }
                    }
                }
                // The script has no end, so the connection is lost.
                client.close();
                return done(id, ResultCode.OTHER, null);
            } catch (LDAPException e) {
                return done(id, e.getResultCode(), null);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private static void send(LDAPListenerClientConnection client, int id, Step.Send send) throws LDAPException {
            Entry entry = new Entry("uid=u" + send.number() + ",dc=example");
            if (send.state() == ContentSyncState.ADD || send.state() == ContentSyncState.MODIFY) {
                entry.addAttribute("mail", "u" + send.number() + "@example.com");
            }
            Control[] controls = send.state() == null
                    ? new Control[0]
                    : new Control[] {
                        new ContentSyncStateControl(send.state(), uuid(send.number()), octets(send.cookie()))
                    };
            client.sendSearchResultEntry(id, entry, controls);
        }

        private static LDAPMessage done(int id, ResultCode code, @Nullable Control control) {
            return new LDAPMessage(
                    id,
                    new SearchResultDoneProtocolOp(code.intValue(), null, null, null),
                    control == null ? List.of() : List.of(control));
        }

        @Override
        public LDAPMessage processAddRequest(int id, AddRequestProtocolOp request, List<Control> controls) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LDAPMessage processBindRequest(int id, BindRequestProtocolOp request, List<Control> controls) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LDAPMessage processCompareRequest(int id, CompareRequestProtocolOp request, List<Control> controls) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LDAPMessage processDeleteRequest(int id, DeleteRequestProtocolOp request, List<Control> controls) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LDAPMessage processExtendedRequest(int id, ExtendedRequestProtocolOp request, List<Control> controls) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LDAPMessage processModifyRequest(int id, ModifyRequestProtocolOp request, List<Control> controls) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LDAPMessage processModifyDNRequest(int id, ModifyDNRequestProtocolOp request, List<Control> controls) {
            throw new UnsupportedOperationException();
        }
    }
}
