package org.postseal.gateway.audit.evidence;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Since when there are records that may name what is kept beside them. Either is empty when that is not known, and nothing goes then.
 *
 * @param ofMessages the time of the oldest record of a message, or an earlier one
 * @param ofChanges likewise of both logs: the one of changes names policies, and may keep its files for longer
 */
public record OldestRecords(Optional<Instant> ofMessages, Optional<Instant> ofChanges) {
    /** What the file is measured by. */
    Optional<Instant> naming(Path file) {
        return file.toString().endsWith(KeptPolicy.SUFFIX) ? ofChanges : ofMessages;
    }
}
