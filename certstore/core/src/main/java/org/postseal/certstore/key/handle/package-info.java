/**
 * Uses private keys. A {@code PrivateKeyHandle} signs and recovers content keys with a key in memory or on a token,
 * which a {@code KeyAccess} lends to one operation at a time. What recovers content keys gives no sign of a wrong one.
 */
@NullMarked
package org.postseal.certstore.key.handle;

import org.jspecify.annotations.NullMarked;
