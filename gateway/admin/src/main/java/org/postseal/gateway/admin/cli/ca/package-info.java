/** The commands {@code postseal ca}: an authority of one's own. */
@NullMarked
package org.postseal.gateway.admin.cli.ca;

import org.jspecify.annotations.NullMarked;
