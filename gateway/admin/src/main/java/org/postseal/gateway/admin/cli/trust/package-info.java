/** The commands of {@code postseal trust}, for collections of trusted issuers. */
@NullMarked
package org.postseal.gateway.admin.cli.trust;

import org.jspecify.annotations.NullMarked;
