/** Private keys: the only code that sees a {@code PrivateKey}. Others hold a {@code KeyMaterial} or a {@code KeyHandle}, which use the key and never show it. */
@NullMarked
package org.postseal.certstore.key;

import org.jspecify.annotations.NullMarked;
