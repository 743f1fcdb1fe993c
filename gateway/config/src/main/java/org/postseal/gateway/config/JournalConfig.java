package org.postseal.gateway.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The journal, which holds who has which message already.
 *
 * @param file of SQLite, made at the first start
 * @param retention age at which a row is removed; longer than the upstream keeps a message in its queue
 * @param timeLimit for one transaction; a longer one defers the mail
 */
public record JournalConfig(Path file, Duration retention, Duration timeLimit) {
    /** Returns a journal in this file with the defaults. */
    public static JournalConfig of(Path file) {
        return read(Section.empty(), file);
    }

    /** Reads {@code journal}, all but its file. */
    static JournalConfig read(Section journal, Path file) {
        return new JournalConfig(
                file,
                // Postfix's maximal_queue_lifetime is 5 days
                journal.value("retention", Type.time(Duration.ofHours(1), Duration.ofDays(90)), Duration.ofDays(6)),
                journal.value(
                        "timeLimit", Type.time(Duration.ofMillis(100), Duration.ofMinutes(1)), Duration.ofSeconds(10)));
    }
}
