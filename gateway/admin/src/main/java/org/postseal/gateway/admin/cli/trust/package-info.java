/** The commands of {@code postseal trust}: collections of issuers that are trusted. */
@NullMarked
package org.postseal.gateway.admin.cli.trust;

import org.jspecify.annotations.NullMarked;
