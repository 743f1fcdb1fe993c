/** A peer for tests: {@link org.postseal.gateway.testkit.ScriptedNextHop}, which does what its {@link org.postseal.gateway.testkit.Script} says. */
@NullMarked
package org.postseal.gateway.testkit;

import org.jspecify.annotations.NullMarked;
