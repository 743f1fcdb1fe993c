/** Reads the configuration of the Postfix beside the gateway, and names what would let mail pass unseen. */
@NullMarked
package org.postseal.gateway.admin.cli.postfix;

import org.jspecify.annotations.NullMarked;
