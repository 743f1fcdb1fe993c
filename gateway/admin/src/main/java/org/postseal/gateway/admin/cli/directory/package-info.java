/** The commands of {@code postseal directory}: try directory servers, copy them, publish certificates to them. */
@NullMarked
package org.postseal.gateway.admin.cli.directory;

import org.jspecify.annotations.NullMarked;
