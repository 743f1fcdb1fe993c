/**
 * Defines what a source of certificates or of keys is: the interfaces that files, the database, LDAP and DNS implement.
 */
@NullMarked
package org.postseal.certstore.source;

import org.jspecify.annotations.NullMarked;
