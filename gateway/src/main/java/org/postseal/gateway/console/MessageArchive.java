package org.postseal.gateway.console;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.audit.AuditLine;

/** What the pages read of the audit log. Thread-safe. */
interface MessageArchive {
    /**
     * Which records somebody looks for; what is empty is not asked.
     *
     * @param since first time
     * @param until first time no longer
     * @param address part of the sender's or recipient's
     * @param message part of the Message-ID, or a queue id, ours or the upstream's
     * @param rule that matched
     * @param outcome {@code success} or {@code failure}
     * @param reason name from the {@code Reason} table
     * @param certificate part of the SHA-256 of one that was used, signed with or encrypted to
     */
    record Wanted(
            Optional<Instant> since,
            Optional<Instant> until,
            Optional<String> address,
            Optional<String> message,
            Optional<String> rule,
            Optional<String> outcome,
            Optional<String> reason,
            Optional<String> certificate) {}

    /**
     * What came of a search.
     *
     * @param records newest first
     * @param next where to go on; empty when everything was looked through
     * @param isCutShort whether it ended since it took too long
     */
    record Result(List<AuditLine> records, Optional<String> next, boolean isCutShort) {
        public Result {
            records = List.copyOf(records);
        }

        /** Nothing was looked for. */
        static final Result NOTHING = new Result(List.of(), Optional.empty(), false);
    }

    /**
     * The newest records that fit.
     *
     * @param from where an earlier search says to go on; empty for the newest
     * @param most at most so many
     * @throws IOException when the log cannot be read
     */
    Result search(Wanted wanted, Optional<String> from, int most) throws IOException;

    /**
     * Everything about a message, oldest first.
     *
     * @param id whole Message-ID or queue id, ours or the upstream's
     * @throws IOException when the log cannot be read
     */
    List<AuditLine> story(String id) throws IOException;
}
