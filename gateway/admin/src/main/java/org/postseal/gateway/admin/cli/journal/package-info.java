/**
 * The commands {@code postseal journal}, which show how far each recipient's copy has got. They run beside a running
 * gateway and change only the list of suspects.
 */
@NullMarked
package org.postseal.gateway.admin.cli.journal;

import org.jspecify.annotations.NullMarked;
