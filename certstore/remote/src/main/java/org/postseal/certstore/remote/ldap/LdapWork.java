package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;

/** What is to be done with a connection. It must not keep the connection, nor change how it is bound. */
@FunctionalInterface
public interface LdapWork<T> {
    /** Does it; on a stale connection it is asked again on a fresh one, so it must begin anew. */
    T run(LDAPConnection connection, Deadline deadline) throws LDAPException, LdapFailureException;
}
