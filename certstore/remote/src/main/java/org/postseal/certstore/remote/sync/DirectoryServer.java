package org.postseal.certstore.remote.sync;

import com.unboundid.ldap.sdk.LDAPConnection;
import java.util.Optional;
import org.postseal.certstore.remote.ldap.LdapConnections;
import org.postseal.certstore.remote.ldap.LdapFailureException;

/** Opens connections to one directory server, or to one of several with the same content. Thread-safe. */
@FunctionalInterface
public interface DirectoryServer {
    /**
     * Opens a connection that is logged in and not in the SDK's synchronous mode. The caller closes it.
     *
     * @param preferred {@code host:port} of the server used last. It is tried first if it is one of ours, because
     *     positions hold on one server only
     * @throws SyncException SERVER_UNAVAILABLE, SERVER_SILENT or LOGIN_REFUSED; see {@link
     *     SyncException#of(com.unboundid.ldap.sdk.LDAPException)}
     */
    LDAPConnection connect(Optional<String> preferred) throws SyncException;

    /**
     * Opens connections to a directory server that is also asked for single addresses. It tries the servers in the
     * order of the settings, whichever was used last.
     */
    static DirectoryServer of(LdapConnections connections) {
        return _ -> {
            try {
                return connections.connect();
            } catch (LdapFailureException e) {
                SyncFailure failure = switch (e.failure()) {
                    case CREDENTIALS_REFUSED -> SyncFailure.LOGIN_REFUSED;
                    case TIMED_OUT -> SyncFailure.SERVER_SILENT;
                    case REFUSED -> SyncFailure.SERVER_REFUSED;
                    case MALFORMED -> SyncFailure.PROTOCOL_VIOLATION;
                    case MISCONFIGURED,
                            UNREACHABLE,
                            UNTRUSTED,
                            NO_TLS,
                            BUSY,
                            CLOSED,
                            REFERS_ELSEWHERE,
                            NO_BASE,
                            AMBIGUOUS,
                            OVER_LIMIT,
                            NOT_EXPANDABLE,
                            CHANGED_MEANWHILE,
                            NO_ENTRY,
                            FAILED -> SyncFailure.SERVER_UNAVAILABLE;
                };
                throw new SyncException(failure, e.getMessage(), e);
            }
        };
    }
}
