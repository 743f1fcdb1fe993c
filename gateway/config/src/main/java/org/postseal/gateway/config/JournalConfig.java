package org.postseal.gateway.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of the journal, which records which recipients have which message already.
 *
 * @param file the SQLite database, made at the first start
 * @param retention age at which a row is removed; it must be longer than the upstream keeps a message in its queue
 * @param timeLimit time for one transaction; mail is deferred if the transaction takes longer
 */
public record JournalConfig(Path file, Duration retention, Duration timeLimit) {
    /** Returns the file beside the database that says whether native code for RSA in batches runs now. */
    public Path batchMark() {
        return file.resolveSibling(file.getFileName() + "-batches");
    }

    /** Returns the default settings for a journal in this file. */
    public static JournalConfig of(Path file) {
        return read(Section.empty(), file);
    }

    /** Reads every key of {@code journal} but the file, which the caller has read. */
    static JournalConfig read(Section journal, Path file) {
        return new JournalConfig(
                file,
                // Postfix's maximal_queue_lifetime is 5 days
                journal.value("retention", Type.time(Duration.ofHours(1), Duration.ofDays(90)), Duration.ofDays(6)),
                journal.value(
                        "timeLimit", Type.time(Duration.ofMillis(100), Duration.ofMinutes(1)), Duration.ofSeconds(10)));
    }
}
