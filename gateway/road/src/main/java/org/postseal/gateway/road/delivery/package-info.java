/**
 * Sends the delivery units of a message. All units are prepared before the first is sent, and each recipient has one
 * outcome.
 */
@NullMarked
package org.postseal.gateway.road.delivery;

import org.jspecify.annotations.NullMarked;
