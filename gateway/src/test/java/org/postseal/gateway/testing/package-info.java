/** Peers for tests: a next hop that does what its script says. */
@NullMarked
package org.postseal.gateway.testing;

import org.jspecify.annotations.NullMarked;
