package org.postseal.certstore.directory;

import java.time.Duration;

/**
 * How long the answer of a source holds.
 *
 * @param positive one with certificates or keys; a shorter lifetime by the source's own word counts
 * @param negative "nothing there"
 * @param stale how old an answer with certificates may be to stand in for a source that fails
 * @param staleNegative the same for "nothing there"; shorter, since it may mean clear text
 * @param error how long a failure is remembered before the source is asked again for the address
 * @param refreshAhead after this share of its lifetime an answer in use is renewed in the background; 1 for never
 */
public record Lifetimes(
        Duration positive,
        Duration negative,
        Duration stale,
        Duration staleNegative,
        Duration error,
        double refreshAhead) {
    /** What holds unless configured otherwise. */
    public static final Lifetimes DEFAULTS = new Lifetimes(
            Duration.ofMinutes(15),
            Duration.ofMinutes(5),
            Duration.ofHours(24),
            Duration.ofHours(1),
            Duration.ofSeconds(5),
            0.8);

    /** Refuses what would mean nothing. */
    public Lifetimes {
        if (positive.isNegative()
                || negative.isNegative()
                || stale.isNegative()
                || staleNegative.isNegative()
                || error.isNegative()
                || !(refreshAhead > 0 && refreshAhead <= 1)) {
            throw new IllegalArgumentException("a lifetime is negative or a share not between 0 and 1");
        }
    }
}
