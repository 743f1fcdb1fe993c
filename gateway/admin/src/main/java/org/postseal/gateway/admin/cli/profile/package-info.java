/** The command {@code postseal profile}, which holds an organisation's mail against a standard. */
@NullMarked
package org.postseal.gateway.admin.cli.profile;

import org.jspecify.annotations.NullMarked;
