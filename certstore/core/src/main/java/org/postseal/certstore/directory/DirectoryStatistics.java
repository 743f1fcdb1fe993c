package org.postseal.certstore.directory;

import java.util.List;

/**
 * Counts since the start, at one moment.
 *
 * @param hits choices answered from the cache
 * @param misses choices that had to be made
 * @param refreshes choices made anew in the background
 * @param failures choices that could not be made
 * @param choices choices in the cache
 * @param answers answers of sources in the cache
 */
public record DirectoryStatistics(
        long hits,
        long misses,
        long refreshes,
        long failures,
        long choices,
        long answers,
        List<SourceStatistics> sources,
        List<SourceStatistics> keySources) {
    public DirectoryStatistics {
        sources = List.copyOf(sources);
        keySources = List.copyOf(keySources);
    }

    /**
     * Counts of one source.
     *
     * @param questions asked of it
     * @param errors questions without an answer
     * @param refused questions not asked, since it was down a moment ago
     * @param staleServed searches that went on with an old answer
     * @param nanoseconds taken by all questions
     * @param isFailing the last question had no answer
     */
    public record SourceStatistics(
            String name,
            long questions,
            long errors,
            long refused,
            long staleServed,
            long nanoseconds,
            boolean isFailing) {}
}
