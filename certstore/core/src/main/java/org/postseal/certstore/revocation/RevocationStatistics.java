package org.postseal.certstore.revocation;

/**
 * What was asked of servers of revocation since the start, at one moment; what is remembered is not asked again.
 *
 * @param ocsp questions to responders
 * @param lists fetches of lists
 */
public record RevocationStatistics(Way ocsp, Way lists) {
    /**
     * One of the two ways.
     *
     * @param fetched answers that came, whatever is in them
     * @param refused addresses that are not asked, such as private ones
     * @param failed without an answer in time
     * @param nanoseconds taken by those that were asked
     */
    public record Way(long fetched, long refused, long failed, long nanoseconds) {}
}
