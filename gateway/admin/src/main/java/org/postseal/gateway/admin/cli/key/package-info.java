/** The commands of {@code postseal key}, for the private keys of our users, wrapped by the master key. */
@NullMarked
package org.postseal.gateway.admin.cli.key;

import org.jspecify.annotations.NullMarked;
