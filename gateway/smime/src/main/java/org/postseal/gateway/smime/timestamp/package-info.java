/**
 * Time stamps of RFC 3161 on Bouncy Castle's TSP classes: makes queries and judges answers. It takes octets and returns
 * verdicts; {@code gateway.app.timestamp} sends and keeps them.
 */
@NullMarked
package org.postseal.gateway.smime.timestamp;

import org.jspecify.annotations.NullMarked;
