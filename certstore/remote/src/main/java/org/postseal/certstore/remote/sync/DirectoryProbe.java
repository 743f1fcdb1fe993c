package org.postseal.certstore.remote.sync;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import java.util.List;
import org.postseal.certstore.fetch.Deadline;
import org.postseal.certstore.remote.ldap.LdapConnections;
import org.postseal.certstore.remote.ldap.LdapFailure;
import org.postseal.certstore.remote.ldap.LdapFailureException;
import org.postseal.certstore.remote.ldap.LdapUrl;
import org.postseal.certstore.remote.ldap.ProbeStep;

/** Tries a directory server in the way that synchronisation uses it. */
public final class DirectoryProbe {
    private DirectoryProbe() {}

    /**
     * Tries every step to the server at {@code url}. The step for its root DSE says what kind of server it is and how
     * its changes can be followed.
     */
    public static List<ProbeStep> of(LdapConnections connections, LdapUrl url) {
        return connections.probe(url, DirectoryProbe::words);
    }

    private static String words(LDAPConnection connection, Deadline deadline)
            throws LDAPException, LdapFailureException {
        try {
            RootDse rootDse = RootDse.read(connection, deadline.remaining());
            return rootDse.maker() + "; a copy is kept up to date by "
                    + rootDse.bestMethod().text();
        } catch (SyncException e) {
            if (e.getCause() instanceof LDAPException cause) {
                throw cause;
            }
            throw new LdapFailureException(LdapFailure.REFUSED, String.valueOf(e.getMessage()), e);
        }
    }
}
