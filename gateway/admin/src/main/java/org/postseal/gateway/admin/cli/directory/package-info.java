/**
 * The commands of {@code postseal directory}, which try directory servers, copy them, and publish certificates to them.
 */
@NullMarked
package org.postseal.gateway.admin.cli.directory;

import org.jspecify.annotations.NullMarked;
