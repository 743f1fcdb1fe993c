/**
 * The journal of several gateways, the nodes of a fleet: its rows are in PostgreSQL, so that any node serves any retry.
 * The page {@code docs/fleet.md} describes its flow and its failures.
 */
@NullMarked
package org.postseal.gateway.road.fleet;

import org.jspecify.annotations.NullMarked;
