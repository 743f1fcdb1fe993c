/**
 * Plays the demonstration: two gateways with temporary keys exchange messages, and the output shows what becomes of
 * them.
 */
@NullMarked
package org.postseal.gateway.app.demo;

import org.jspecify.annotations.NullMarked;
