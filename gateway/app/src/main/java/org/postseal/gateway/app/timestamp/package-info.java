/** Time stamps of checkpoints of the audit log: asks the authority, keeps what it says beside the log, and reads what was kept. What a stamp is worth is said by {@code smime.timestamp}. */
@NullMarked
package org.postseal.gateway.app.timestamp;

import org.jspecify.annotations.NullMarked;
