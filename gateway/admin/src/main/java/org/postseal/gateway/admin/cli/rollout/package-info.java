/** The commands {@code client} and {@code exchange}: what is made for other products. */
@NullMarked
package org.postseal.gateway.admin.cli.rollout;

import org.jspecify.annotations.NullMarked;
