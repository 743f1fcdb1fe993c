/**
 * {@code postseal journal}: who has which message. Beside a gateway that runs; nothing is changed but the list of suspects.
 */
@NullMarked
package org.postseal.gateway.admin.cli.journal;

import org.jspecify.annotations.NullMarked;
