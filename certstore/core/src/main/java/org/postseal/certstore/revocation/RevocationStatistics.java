package org.postseal.certstore.revocation;

/**
 * The requests to revocation servers since the start, at one moment. Remembered answers are not requested again.
 *
 * @param ocsp the questions to responders
 * @param lists the fetches of lists
 */
public record RevocationStatistics(Way ocsp, Way lists) {
    /**
     * The requests of one kind.
     *
     * @param fetched the answers received, whatever they contain
     * @param refused the addresses that may not be asked, such as private ones
     * @param failed the requests without an answer in time
     * @param nanoseconds the time taken by all requests that were sent
     */
    public record Way(long fetched, long refused, long failed, long nanoseconds) {}
}
