/**
 * Delivery units: all prepared, then all sent, one outcome per recipient.
 */
@NullMarked
package org.postseal.gateway.road.delivery;

import org.jspecify.annotations.NullMarked;
