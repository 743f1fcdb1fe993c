/**
 * Other programs read what the gateway vouches for, and three oracles compare what they show with what the gateway
 * says: that a message is signed, that it is encrypted, that a recipient is internal. {@code docs/claims.md} has the
 * claims.
 */
@NullMarked
package org.postseal.gateway.judges;

import org.jspecify.annotations.NullMarked;
