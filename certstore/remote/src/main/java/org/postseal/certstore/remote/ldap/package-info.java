/**
 * Asks LDAP directory servers. It looks up certificates, expands groups, and publishes certificates.
 * {@link org.postseal.certstore.remote.ldap.LdapSettings} says what to ask,
 * {@link org.postseal.certstore.remote.ldap.LdapConnections} holds the connections, and
 * {@link org.postseal.certstore.remote.ldap.LdapFailure} names every failure. What a server sends is treated as
 * hostile: sizes, counts and times are bounded, and referrals are never followed.
 */
@NullMarked
package org.postseal.certstore.remote.ldap;

import org.jspecify.annotations.NullMarked;
