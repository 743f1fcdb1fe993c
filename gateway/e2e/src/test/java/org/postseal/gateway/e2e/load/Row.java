package org.postseal.gateway.e2e.load;

/**
 * One row of the table in {@code docs/reliability.md}. It keeps no state between two calls of {@link #run}, so that a
 * full run may go on in another process.
 */
interface Row {
    /**
     * What one call does.
     *
     * @param from the number of the first step
     * @param count how many steps: a batch, or what is left of the run
     * @param isShort true for the form for CI, in which only counts are judged
     */
    record Steps(int from, int count, boolean isShort) {}

    /**
     * How many steps the row has.
     *
     * @param unit what the steps are called, in the plural
     * @param full the steps of a full run
     * @param brief the steps of a run in CI
     * @param batch the steps that are done at a time
     */
    record Extent(String unit, int full, int brief, int batch) {}

    Extent extent();

    /**
     * Does these steps and books the results. Throws if the steps could not be tried, which says nothing about the
     * gateway.
     */
    void run(Steps steps, Tally tally) throws Exception;

    /** Books as faults what the whole full run misses, besides what each step must keep. */
    default void judge(Tally tally) {}
}
