package org.postseal.gateway.judges;

import java.util.List;
import java.util.Map;
import java.util.Set;

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

    /** The productions of a case but the plain ones, in order. */
    static List<String> odd(Set<String> used) {
        return used.stream()
                .filter(production -> !production.matches(
                        "(?!recipe).*:(none|plain|alone|lines|ordinary|enveloped|recipient|text|name|quoted|crlf)"))
                .sorted()
                .toList();
    }

    @Override
    public String toString() {
        return oracle + " seed " + seed + ", " + who + ": " + what;
    }
}
