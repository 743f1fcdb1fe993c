package org.postseal.gateway.e2e.load;

/** One row of the table in {@code docs/reliability.md}. It has no state: what is between two calls of {@link #run} is lost, so that a run in full may go on in another process. */
interface Row {
    /**
     * What one call does.
     *
     * @param from number of the first step
     * @param count how many; {@link #batch}, or what is left of the run
     * @param isShort the form for CI, in which only counts are judged
     */
    record Steps(int from, int count, boolean isShort) {}

    /** What its steps are, in the plural. */
    String unit();

    /** How many in full. */
    int full();

    /** How many in CI. */
    int brief();

    /** How many at a time. */
    int batch();

    /** Does these steps and books what came of them; throws where it could not be tried, which says nothing about the gateway. */
    void run(Steps steps, Tally tally) throws Exception;

    /** Books as faults what the whole run in full misses, besides what each step must keep. */
    default void judge(Tally tally) {}
}
