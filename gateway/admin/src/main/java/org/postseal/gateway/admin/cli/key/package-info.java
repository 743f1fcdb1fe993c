/** The commands of {@code postseal key}: private keys of own users, wrapped by the master key. */
@NullMarked
package org.postseal.gateway.admin.cli.key;

import org.jspecify.annotations.NullMarked;
