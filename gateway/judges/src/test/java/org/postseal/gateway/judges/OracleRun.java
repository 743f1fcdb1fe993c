package org.postseal.gateway.judges;

import java.util.ArrayList;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Lets an oracle judge case after case. */
final class OracleRun {
    /** The seed that {@code bin/test} always runs. */
    static final long FIXED = 22;

    private static final int BATCH = 100;
    private static final int MOST_TRIES = 300;
    private static final int AT_ONCE = 5;

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

    /** Judges cases that use a production, until one ends in one of these outcomes; no more than three hundred. */
    static List<Finding> seek(Oracle oracle, String production, Set<String> outcomes) {
        PrimitiveIterator.OfLong seeds = new SplittableRandom(FIXED)
                .longs(0, Long.MAX_VALUE)
                .filter(seed -> oracle.productions(seed).contains(production))
                .iterator();
        List<Finding> findings = new ArrayList<>();
        for (int tries = 0;
                tries < MOST_TRIES && oracle.outcomes().without(outcomes).contains(production);
                tries += AT_ONCE) {
            findings.addAll(
                    oracle.judge(Stream.generate(seeds::nextLong).limit(AT_ONCE).toList()));
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
