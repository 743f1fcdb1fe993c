package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import org.postseal.certstore.fetch.Deadline;

/** Work with a connection. It must not keep the connection, nor change how it is bound. */
@FunctionalInterface
public interface LdapWork<T> {
    /**
     * Runs the work. If the connection turns out to be stale, the work runs again on a fresh one, so it must start from
     * the beginning each time.
     */
    T run(LDAPConnection connection, Deadline deadline) throws LDAPException, LdapFailureException;
}
