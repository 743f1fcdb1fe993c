package org.postseal.certstore.directory;

import java.time.Duration;

/**
 * Says how long the answer of a source holds.
 *
 * @param positive the lifetime of an answer with certificates or keys; a shorter lifetime that the source gives takes
 *     precedence
 * @param negative the lifetime of "nothing there"
 * @param stale how old an answer with certificates may be to replace an answer of a source that fails
 * @param staleNegative the same for "nothing there"; it is shorter, since it may lead to clear text
 * @param error how long a failure is remembered before the source is asked again for the address
 * @param refreshAhead the share of its lifetime after which an answer in use is renewed in the background; 1 for never
 */
public record Lifetimes(
        Duration positive,
        Duration negative,
        Duration stale,
        Duration staleNegative,
        Duration error,
        double refreshAhead) {
    public static final Lifetimes DEFAULTS = new Lifetimes(
            Duration.ofMinutes(15),
            Duration.ofMinutes(5),
            Duration.ofHours(24),
            Duration.ofHours(1),
            Duration.ofSeconds(5),
            0.8);

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
