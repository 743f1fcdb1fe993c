/**
 * What is done to a running gateway under load and with everything around it failing, and the accounts of it: {@link org.postseal.gateway.e2e.load.Row} is one line of the table in {@code docs/reliability.md},
 * {@link org.postseal.gateway.e2e.load.LoadDriver} the upstream MTA of them all.
 */
@NullMarked
package org.postseal.gateway.e2e.load;

import org.jspecify.annotations.NullMarked;
