/**
 * What several gateways, the nodes of a fleet, share in PostgreSQL: the journal, so that any node serves any retry, the
 * suspects, the policy and the checkpoints of the audit logs.
 * The pages {@code docs/fleet.md} and {@code docs/fleet-design.md} describe it.
 */
@NullMarked
package org.postseal.gateway.road.fleet;

import org.jspecify.annotations.NullMarked;
