/**
 * Holds private keys. No other package sees a {@code PrivateKey}. Other code holds a {@code KeyMaterial} or a
 * {@code KeyHandle}, which use the key and never show it.
 */
@NullMarked
package org.postseal.certstore.key;

import org.jspecify.annotations.NullMarked;
