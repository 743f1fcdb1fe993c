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
     * @param address the sender's or recipient's, whole, its domain, or where nothing has it so a part
     * @param message Message-ID or queue id, ours or the upstream's, whole, or where nothing has it so a part
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
            Optional<String> certificate) {
        /** Every record fits. */
        static final Wanted ANYTHING = new Wanted(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * What came of a search.
     *
     * @param records newest first
     * @param next where to go on; empty when everything was looked through
     * @param isCutShort whether it ended since it took too long
     * @param isWhole whether address and message were found as wholes, so that what merely contains them is not there
     * @param remarks files that cannot be read, or took longer, in words
     */
    record Result(
            List<AuditLine> records, Optional<String> next, boolean isCutShort, boolean isWhole, List<String> remarks) {
        public Result {
            records = List.copyOf(records);
            remarks = List.copyOf(remarks);
        }

        /** Nothing was looked for. */
        static final Result NOTHING = new Result(List.of(), Optional.empty(), false, false, List.of());
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
     * All records about a message.
     *
     * @param records oldest first
     * @param remarks what may be missing, in words
     */
    record Story(List<AuditLine> records, List<String> remarks) {
        public Story {
            records = List.copyOf(records);
            remarks = List.copyOf(remarks);
        }

        /** Nothing was asked for. */
        static final Story NOTHING = new Story(List.of(), List.of());
    }

    /**
     * Everything about a message.
     *
     * @param id whole Message-ID or queue id, ours or the upstream's
     * @throws IOException when the log cannot be read
     */
    Story story(String id) throws IOException;
}
