/** The commands {@code postseal ca}, for running a certificate authority of one's own. */
@NullMarked
package org.postseal.gateway.admin.cli.ca;

import org.jspecify.annotations.NullMarked;
