/**
 * Holds the private keys of users: makes them, reads them from files, keeps them wrapped in the database, and writes
 * them to files for their owners. No other package sees the {@code PrivateKey} of a user. Other code holds a {@code
 * KeyMaterial} or a {@code KeyHandle}, which use the key. Which code has keys of other kinds, and which commands hand a
 * user's key out, stands in docs/security.md ("Where private keys are").
 */
@NullMarked
package org.postseal.certstore.key;

import org.jspecify.annotations.NullMarked;
