package org.postseal.gateway.console;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.audit.AuditLine;
import org.postseal.gateway.audit.AuditQuery;

/** What the pages read of the audit log. Thread-safe. */
interface MessageArchive {
    /**
     * A record of the log.
     *
     * @param file it was read from, which may have another name by now
     */
    record Found(AuditLine line, Path file) {
        /** Its place in the chain; empty in logs of versions that had none. */
        Optional<Long> number() {
            return line.first("postseal.chain.number").map(Long::valueOf);
        }
    }

    /**
     * What came of a search.
     *
     * @param records newest first
     * @param next the number behind which to go on; empty when there are no more
     * @param searchedBackTo when the search was cut short, the time of the oldest record it has come to
     */
    record Result(List<Found> records, Optional<Long> next, Optional<Instant> searchedBackTo) {
        public Result {
            records = List.copyOf(records);
        }
    }

    /**
     * The newest records that fit.
     *
     * @param before only those with a lower number; empty for all
     * @param most at most so many
     * @throws IOException when the log cannot be read
     */
    Result search(AuditQuery query, Optional<Long> before, int most) throws IOException;

    /**
     * Everything about a message, oldest first.
     *
     * @param id Message-ID or queue id, ours or the upstream's
     * @throws IOException when the log cannot be read
     */
    List<Found> story(String id) throws IOException;
}
