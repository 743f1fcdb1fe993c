/** Time stamps of RFC 3161: what is asked of an authority, and whether its answer is one. Octets in, verdicts out; who sends and keeps them is in {@code gateway.app.timestamp}. */
@NullMarked
package org.postseal.gateway.smime.timestamp;

import org.jspecify.annotations.NullMarked;
