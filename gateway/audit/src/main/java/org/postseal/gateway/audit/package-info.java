/**
 * The audit log says what was decided and done for each recipient. A record is on disk before the reply. The log never
 * holds the text of a message or a secret.
 */
@NullMarked
package org.postseal.gateway.audit;

import org.jspecify.annotations.NullMarked;
