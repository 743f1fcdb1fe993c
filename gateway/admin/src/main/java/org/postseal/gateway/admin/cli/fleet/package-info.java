/**
 * The commands {@code postseal fleet}, which show the gateways that share a database, and {@code postseal database},
 * which moves a store there.
 */
@NullMarked
package org.postseal.gateway.admin.cli.fleet;

import org.jspecify.annotations.NullMarked;
