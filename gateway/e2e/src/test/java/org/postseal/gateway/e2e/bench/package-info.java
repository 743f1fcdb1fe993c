/** Benchmarks of the gateway as a process. {@code bin/bench} starts them; they do not run with the tests. */
@NullMarked
package org.postseal.gateway.e2e.bench;

import org.jspecify.annotations.NullMarked;
