/**
 * {@code postseal journal}: who has which message. Reads only, beside a gateway that runs.
 */
@NullMarked
package org.postseal.gateway.cli.journal;

import org.jspecify.annotations.NullMarked;
