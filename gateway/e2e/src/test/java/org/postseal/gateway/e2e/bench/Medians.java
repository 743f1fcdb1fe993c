package org.postseal.gateway.e2e.bench;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The run in the middle of several. */
final class Medians {
    private Medians() {}

    /** By one of its figures. */
    static <T> T median(List<T> runs, ToDoubleFunction<T> figure) {
        return runs.stream().sorted(Comparator.comparingDouble(figure)).toList().get(runs.size() / 2);
    }
}
