/** The commands {@code client} and {@code exchange}, which make files for other products. */
@NullMarked
package org.postseal.gateway.admin.cli.rollout;

import org.jspecify.annotations.NullMarked;
