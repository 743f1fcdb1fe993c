package org.postseal.gateway.console;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.audit.record.AuditLine;

/** Finds records of the audit log for the pages. Thread-safe. */
interface MessageArchive {
    /**
     * Says which records are searched for. A part that is empty is not asked about.
     *
     * @param since the first time
     * @param until the first time after the period
     * @param address the whole address of the sender or a recipient, its domain, or a part of it if no record has it as
     * a whole
     * @param message the Message-ID or queue id, ours or the upstream's, or a part of it if no record has it as a whole
     * @param rule the rule that matched
     * @param outcome {@code success} or {@code failure}
     * @param reason a name from the {@code Reason} table
     * @param certificate a part of the SHA-256 of a certificate that was used, signed with or encrypted to
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
     * Holds the result of a search.
     *
     * @param records the records, newest first
     * @param next where to go on; empty if everything was searched
     * @param isCutShort true if the search ended because it took too long
     * @param isWhole true if address and message were found as wholes, so that records that merely contain them are
     * missing
     * @param remarks says which files cannot be read or took longer
     */
    record Result(
            List<AuditLine> records, Optional<String> next, boolean isCutShort, boolean isWhole, List<String> remarks) {
        public Result {
            records = List.copyOf(records);
            remarks = List.copyOf(remarks);
        }

        /** Stands for a search in which nothing was asked for. */
        static final Result NOTHING = new Result(List.of(), Optional.empty(), false, false, List.of());
    }

    /**
     * Says which part of the records is wanted.
     *
     * @param node the gateway of a fleet whose records are wanted; empty for all
     * @param from where an earlier search says to go on; empty to begin with the newest
     * @param most the most records to return
     */
    record Part(Optional<String> node, Optional<String> from, int most) {}

    /**
     * Finds the newest records that match.
     *
     * @throws IOException if the log cannot be read
     */
    Result search(Wanted wanted, Part part) throws IOException;

    /**
     * Holds all records about a message.
     *
     * @param records the records, oldest first
     * @param remarks says what may be missing
     */
    record Story(List<AuditLine> records, List<String> remarks) {
        public Story {
            records = List.copyOf(records);
            remarks = List.copyOf(remarks);
        }

        /** Stands for the story of no message. */
        static final Story NOTHING = new Story(List.of(), List.of());
    }

    /**
     * Finds all records about a message.
     *
     * @param id the whole Message-ID or queue id, ours or the upstream's
     * @throws IOException if the log cannot be read
     */
    Story story(String id) throws IOException;
}
