package org.postseal.gateway.audit.chain;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** The judgement on the time stamp of a checkpoint. */
public sealed interface Stamp {
    /**
     * The checkpoint existed at this time.
     *
     * @param accuracy how much the time may be wrong, either way (RFC 3161 §2.4.2); empty if the stamp does not say
     * @param authority the name of the authority
     * @param revocation what is known in words of the revocation of the authority's certificate
     */
    record Good(Instant time, Optional<Duration> accuracy, String authority, String revocation) implements Stamp {
        /**
         * Returns the latest time that the stamp allows: the checkpoint existed then, whatever the authority's clock
         * said.
         */
        Instant latest() {
            return time.plus(accuracy.orElse(Duration.ZERO));
        }

        /** Returns the time in words, as {@code 2026-11-27T00:12:43Z (accuracy 1.5s)}. */
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

    /** The stamp proves nothing. */
    record Bad(String why) implements Stamp {}

    /** The stamp, or what was stamped, cannot be read. */
    record Unreadable(String why) implements Stamp {}
}
