package org.postseal.gateway.judges;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** {@code bin/fuzz ORACLE --minutes N [--seed S]}: goes on for so long and keeps what it finds as vectors. */
final class Fuzz {
    private static final int BATCH = 200;
    private static final int KEPT_PER_PROGRAM = 3;

    private Fuzz() {}

    /** Ends with 1 where anything was found. */
    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        long minutes = Long.parseLong(words.get(words.indexOf("--minutes") + 1));
        long seed =
                words.contains("--seed") ? Long.parseLong(words.get(words.indexOf("--seed") + 1)) : System.nanoTime();
        System.out.println("seed " + seed);
        int found;
        try (Oracle oracle = oracle(words.getFirst())) {
            found = run(oracle, Duration.ofMinutes(minutes), seed);
        }
        System.exit(found == 0 ? 0 : 1);
    }

    private static int run(Oracle oracle, Duration time, long seed) {
        Instant end = Instant.now().plus(time);
        SplittableRandom seeds = new SplittableRandom(seed);
        Map<String, Integer> kept = new HashMap<>();
        List<Finding> all = new ArrayList<>();
        while (Instant.now().isBefore(end)) {
            for (Finding finding :
                    oracle.judge(seeds.longs(BATCH, 0, Long.MAX_VALUE).boxed().toList())) {
                all.add(finding);
                if (kept.merge(finding.who(), 1, Integer::sum) <= KEPT_PER_PROGRAM) {
                    System.out.println(finding + "\n  kept in " + Vector.keep(finding));
                }
            }
        }
        System.out.println(oracle.outcomes().table() + all.size() + " findings " + kept + ", shown: " + oracle.shown()
                + ", silent: " + oracle.silences());
        return all.size();
    }

    private static Oracle oracle(String name) {
        return switch (name) {
            case "signed" -> new SignedOracle();
            case "encrypted" -> new EncryptedOracle();
            case "internal" -> new InternalOracle();
            default -> throw new IllegalArgumentException("no oracle " + name);
        };
    }
}
