/** A peer for tests: {@link org.postseal.gateway.testing.ScriptedNextHop}, which does what its {@link org.postseal.gateway.testing.Script} says. */
@NullMarked
package org.postseal.gateway.testing;

import org.jspecify.annotations.NullMarked;
