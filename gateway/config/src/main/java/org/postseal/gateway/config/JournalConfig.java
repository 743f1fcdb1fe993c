package org.postseal.gateway.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where it is written who has which message already.
 *
 * @param file SQLite, made at the first start
 * @param retention after it rows are removed; longer than the upstream keeps a message in its queue
 * @param timeLimit for one transaction; what takes longer defers the mail
 */
public record JournalConfig(Path file, Duration retention, Duration timeLimit) {
    /** Postfix's {@code maximal_queue_lifetime} is 5 days. */
    public static final Duration DEFAULT_RETENTION = Duration.ofDays(6);

    public static final Duration DEFAULT_TIME_LIMIT = Duration.ofSeconds(10);

    /** With the defaults. */
    public static JournalConfig of(Path file) {
        return new JournalConfig(file, DEFAULT_RETENTION, DEFAULT_TIME_LIMIT);
    }
}
