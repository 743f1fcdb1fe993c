/**
 * Keys on PKCS #11 tokens, which they never leave. A token that was lost is opened again.
 */
@NullMarked
package org.postseal.certstore.key.token;

import org.jspecify.annotations.NullMarked;
