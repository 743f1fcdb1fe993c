/** The commands of {@code postseal cert}, which import, list, choose and forbid certificates of the database. */
@NullMarked
package org.postseal.gateway.admin.cli.cert;

import org.jspecify.annotations.NullMarked;
