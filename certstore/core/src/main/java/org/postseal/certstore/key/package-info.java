/**
 * Holds private keys: makes them, reads them from files, keeps them wrapped in the database, and writes them to files
 * for their owners. No package but this and those below it sees a {@code PrivateKey}. Other code holds a {@code
 * KeyMaterial} or a {@code KeyHandle}, which use the key and never show it.
 */
@NullMarked
package org.postseal.certstore.key;

import org.jspecify.annotations.NullMarked;
