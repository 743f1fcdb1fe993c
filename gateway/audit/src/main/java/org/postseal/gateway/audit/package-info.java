/**
 * The audit log as the rest of the gateway meets it: what is recorded, the log that takes it before the reply, how it
 * is set up, and how it fares. It never holds message text or secrets.
 */
@NullMarked
package org.postseal.gateway.audit;

import org.jspecify.annotations.NullMarked;
