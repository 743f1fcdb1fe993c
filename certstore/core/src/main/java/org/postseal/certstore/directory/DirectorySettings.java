package org.postseal.certstore.directory;

import java.time.Duration;

/**
 * Settings of the directory.
 *
 * @param cacheOctets heap that all cached answers and choices together may take, about
 * @param sourceDeadline how long one source may take for one address; its own limits should be shorter
 */
public record DirectorySettings(Lifetimes lifetimes, SelectionRules rules, long cacheOctets, Duration sourceDeadline) {
    /** What holds unless configured otherwise. */
    public static final DirectorySettings DEFAULTS = new DirectorySettings(
            Lifetimes.DEFAULTS, SelectionRules.DEFAULTS, 64L * 1024 * 1024, Duration.ofSeconds(15));

    /** Refuses what would mean nothing. */
    public DirectorySettings {
        if (cacheOctets < 0 || sourceDeadline.isNegative() || sourceDeadline.isZero()) {
            throw new IllegalArgumentException("cache and deadline must be positive");
        }
    }

    /** The same with other lifetimes. */
    public DirectorySettings with(Lifetimes other) {
        return new DirectorySettings(other, rules, cacheOctets, sourceDeadline);
    }

    /** The same with other rules. */
    public DirectorySettings with(SelectionRules other) {
        return new DirectorySettings(lifetimes, other, cacheOctets, sourceDeadline);
    }
}
