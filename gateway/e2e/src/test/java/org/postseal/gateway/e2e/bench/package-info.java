/** Benchmarks of the gateway as a process, started by {@code bin/bench}. Not run with the tests. */
@NullMarked
package org.postseal.gateway.e2e.bench;

import org.jspecify.annotations.NullMarked;
