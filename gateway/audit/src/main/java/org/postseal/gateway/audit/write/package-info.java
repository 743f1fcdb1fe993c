/**
 * Writes the records of the gateway to disk before the reply: one thread links, signs and forces what waits, begins new
 * files and removes old ones. It copies records to systemd's journal, and tells of each message in the operational log.
 */
@NullMarked
package org.postseal.gateway.audit.write;

import org.jspecify.annotations.NullMarked;
