/** The commands {@code postseal fleet}, which show the gateways that share a database. */
@NullMarked
package org.postseal.gateway.admin.cli.fleet;

import org.jspecify.annotations.NullMarked;
