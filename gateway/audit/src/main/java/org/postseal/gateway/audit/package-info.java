/**
 * The audit log: what was decided and done for each recipient, on disk before the reply. Never holds message text or secrets.
 */
@NullMarked
package org.postseal.gateway.audit;

import org.jspecify.annotations.NullMarked;
