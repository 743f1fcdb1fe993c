package org.postseal.gateway.e2e.bench;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Finds the median of several runs. */
final class Medians {
    private Medians() {}

    /** Returns the run that is the median by this figure. */
    static <T> T median(List<T> runs, ToDoubleFunction<T> figure) {
        return runs.stream().sorted(Comparator.comparingDouble(figure)).toList().get(runs.size() / 2);
    }
}
