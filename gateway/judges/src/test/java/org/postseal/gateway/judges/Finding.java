package org.postseal.gateway.judges;

import java.util.Map;

/**
 * A disagreement between the gateway and another program.
 *
 * @param oracle that found it
 * @param seed of the case
 * @param who the program
 * @param what the gateway said and the program showed, on one line
 * @param files that make the case again, by name; {@code message.eml} is among them
 */
record Finding(String oracle, long seed, String who, String what, Map<String, byte[]> files) {
    Finding {
        files = Map.copyOf(files);
    }

    @Override
    public String toString() {
        return oracle + " seed " + seed + ", " + who + ": " + what;
    }
}
