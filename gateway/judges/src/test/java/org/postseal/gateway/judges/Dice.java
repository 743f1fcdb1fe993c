package org.postseal.gateway.judges;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Chooses for one case, reproducibly by its seed, and writes down which productions of the grammar it used. */
final class Dice {
    private final SplittableRandom random;
    private final Set<String> used = new TreeSet<>();

    Dice(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Returns a number from 0 up to, and without, the bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Returns true once in so many times. */
    boolean once(int in) {
        return random.nextInt(in) == 0;
    }

    <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** Picks a production and writes it down. */
    <T extends Production> T use(List<T> productions) {
        return use(pick(productions));
    }

    /** Writes a production down. */
    <T extends Production> T use(T production) {
        used.add(production.production());
        return production;
    }

    byte[] octets(int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }

    Set<String> used() {
        return Set.copyOf(used);
    }

    /** One way to write something. */
    interface Production {
        /** Returns the name by which tables call it. */
        String production();
    }
}
