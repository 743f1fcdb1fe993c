/**
 * Tests a running gateway under load while everything around it fails, and keeps the accounts. {@link
 * org.postseal.gateway.e2e.load.Row} is one line of the table in {@code docs/reliability.md}, and {@link
 * org.postseal.gateway.e2e.load.LoadDriver} is the upstream MTA of them all.
 */
@NullMarked
package org.postseal.gateway.e2e.load;

import org.jspecify.annotations.NullMarked;
