/** Sends the delivery units of a message. All are prepared first and sent then, and each recipient has one outcome. */
@NullMarked
package org.postseal.gateway.road.delivery;

import org.jspecify.annotations.NullMarked;
