package org.postseal.gateway.judges;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes cases by their seeds, asks the gateway and the judges, and compares. */
interface Oracle extends AutoCloseable {
    /** Returns the name by which {@code bin/fuzz} calls it. */
    String name();

    /** Returns the productions of the case with this seed. */
    Set<String> productions(long seed);

    /** Judges the cases with these seeds and returns where somebody disagrees. */
    List<Finding> judge(List<Long> seeds);

    /** Judges a message that was found before. */
    List<Finding> judge(Vector vector);

    /** Returns how all cases so far ended. */
    Outcomes outcomes();

    /** Returns how many cases were shown to each judge so far. */
    default int shown() {
        return 0;
    }

    /** Returns in how many of these each judge was silent. */
    default Map<String, Integer> silences() {
        return Map.of();
    }

    @Override
    void close();
}
