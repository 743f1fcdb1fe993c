package org.postseal.gateway.judges;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Lets an oracle judge case after case. */
final class OracleRun {
    private static final int BATCH = 100;

    private OracleRun() {}

    /** Judges so many cases, whose seeds follow from this one, and returns all findings. */
    static List<Finding> of(Oracle oracle, long seed, int cases) {
        SplittableRandom seeds = new SplittableRandom(seed);
        List<Finding> findings = new ArrayList<>();
        for (int done = 0; done < cases; done += BATCH) {
            findings.addAll(oracle.judge(seeds.longs(Math.min(BATCH, cases - done), 0, Long.MAX_VALUE)
                    .boxed()
                    .toList()));
        }
        return findings;
    }

    /** Judges what was found before. */
    static List<Finding> ofVectors(Oracle oracle) {
        return Vector.of(oracle.name()).stream()
                .flatMap(vector -> oracle.judge(vector).stream())
                .toList();
    }
}
