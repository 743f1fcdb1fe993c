/**
 * Has checkpoints of the audit log stamped with the time. This package asks the authority, keeps its answers beside the
 * log, and reads what was kept. {@code smime.timestamp} says what a stamp is worth.
 */
@NullMarked
package org.postseal.gateway.app.timestamp;

import org.jspecify.annotations.NullMarked;
