/**
 * Makes queries for the time stamps of RFC 3161 and judges the answers, with Bouncy Castle's TSP classes. It takes
 * octets and returns verdicts; {@code gateway.app.timestamp} sends and keeps them.
 */
@NullMarked
package org.postseal.gateway.smime.timestamp;

import org.jspecify.annotations.NullMarked;
