package org.postseal.gateway.audit.chain;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What the time stamp of a checkpoint is worth. */
public sealed interface Stamp {
    /**
     * It was there at this time.
     *
     * @param accuracy by how much the time may be wrong, either way (RFC 3161 §2.4.2); empty where the stamp does not say
     * @param authority who says so
     * @param revocation what is known of the revocation of his certificate, in words
     */
    record Good(Instant time, Optional<Duration> accuracy, String authority, String revocation) implements Stamp {
        /** The end of what the stamp says: it was there then, whatever the authority's clock. */
        Instant latest() {
            return time.plus(accuracy.orElse(Duration.ZERO));
        }

        /** The time in words, as {@code 2026-11-27T00:12:43Z (accuracy 1.5s)}. */
        public String when() {
            return time
                    + accuracy.map(within -> " (accuracy %s)"
                                    .formatted(within.toString()
                                            .substring("PT".length())
                                            .toLowerCase(Locale.ROOT)))
                            .orElse("");
        }

        @Override
        public String toString() {
            return when() + " by " + authority;
        }
    }

    /** It proves nothing. */
    record Bad(String why) implements Stamp {}

    /** It, or what was stamped, cannot be read. */
    record Unreadable(String why) implements Stamp {}
}
