package org.postseal.certstore.directory;

import java.time.Duration;

/**
 * The settings of a {@link DirectoryCertificateStore}.
 *
 * @param cacheOctets about how much heap all cached answers and choices together may take
 * @param sourceDeadline how long one source may take for one address; the source's own limits should be shorter
 */
public record DirectorySettings(Lifetimes lifetimes, SelectionRules rules, long cacheOctets, Duration sourceDeadline) {
    public static final DirectorySettings DEFAULTS = new DirectorySettings(
            Lifetimes.DEFAULTS, SelectionRules.DEFAULTS, 64L * 1024 * 1024, Duration.ofSeconds(15));

    public DirectorySettings {
        if (cacheOctets < 0 || sourceDeadline.isNegative() || sourceDeadline.isZero()) {
            throw new IllegalArgumentException("cache and deadline must be positive");
        }
    }

    public DirectorySettings with(Lifetimes other) {
        return new DirectorySettings(other, rules, cacheOctets, sourceDeadline);
    }

    public DirectorySettings with(SelectionRules other) {
        return new DirectorySettings(lifetimes, other, cacheOctets, sourceDeadline);
    }
}
