package org.postseal.gateway.audit.evidence;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The times of the oldest records that may name files of the evidence. A time is empty if it is not known; then no file
 * is removed.
 *
 * @param ofMessages the time of the oldest record of a message, or an earlier one
 * @param ofChanges the same for both logs together: the log of changes also names policies, and may keep its files
 * longer
 */
public record OldestRecords(Optional<Instant> ofMessages, Optional<Instant> ofChanges) {
    /** Returns the time of the oldest record that may name this file. */
    Optional<Instant> naming(Path file) {
        return file.toString().endsWith(KeptPolicy.SUFFIX) ? ofChanges : ofMessages;
    }
}
