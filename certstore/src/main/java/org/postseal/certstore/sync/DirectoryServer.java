package org.postseal.certstore.sync;

import com.unboundid.ldap.sdk.LDAPConnection;
import java.util.Optional;

/** Makes connections to the servers of one directory. Thread-safe. */
@FunctionalInterface
public interface DirectoryServer {
    /**
     * A connection of the caller's own, logged in, not in the SDK's synchronous mode; the caller closes it.
     *
     * @param preferred {@code host:port} of the server used last: to be tried first if it is one of ours, because positions hold on one server only
     * @throws SyncException SERVER_UNAVAILABLE, SERVER_SILENT or LOGIN_REFUSED; see {@link SyncException#of(com.unboundid.ldap.sdk.LDAPException)}
     */
    LDAPConnection connect(Optional<String> preferred) throws SyncException;
}
