package org.postseal.certstore.directory;

import java.util.List;

/**
 * The counts of a {@link DirectoryCertificateStore} since its start, taken at one moment.
 *
 * @param hits choices that the cache answered
 * @param misses choices that had to be made
 * @param refreshes choices that were made again in the background
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
     * The counts of one source.
     *
     * @param questions the questions put to it
     * @param errors the questions without an answer
     * @param refused the questions that were not asked, because the source was down a moment before
     * @param staleServed the searches that used an old answer
     * @param nanoseconds the time that all questions took together
     * @param isFailing whether the last question had no answer
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
