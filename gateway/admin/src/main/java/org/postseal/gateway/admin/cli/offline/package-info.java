/** Runs one message down the road without a network; nothing is sent or recorded. */
@NullMarked
package org.postseal.gateway.admin.cli.offline;

import org.jspecify.annotations.NullMarked;
