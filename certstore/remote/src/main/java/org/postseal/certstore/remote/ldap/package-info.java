/**
 * LDAP directories: look-up of certificates, expansion of groups, publishing. {@link org.postseal.certstore.remote.ldap.LdapSettings} says what, {@link
 * org.postseal.certstore.remote.ldap.LdapConnections} holds the connections, and every failure has a name, {@link
 * org.postseal.certstore.remote.ldap.LdapFailure}. What a server sends is hostile: sizes, counts and times are bounded, referrals never followed.
 */
@NullMarked
package org.postseal.certstore.remote.ldap;

import org.jspecify.annotations.NullMarked;
