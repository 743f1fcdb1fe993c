package org.postseal.gateway.fuzz;

import java.util.List;
import java.util.Map;

/** Reads inputs of one kind, and checks what must hold whatever the octets are. Confined to one thread. */
interface Target {
    /**
     * Gives the octets to the reader.
     *
     * @return what became of them, in a word
     * @throws AssertionError if something does not hold
     * @throws Exception if the reader throws what it does not declare
     */
    String take(byte[] octets) throws Exception;

    /** Makes inputs to begin with. The name of each begins with the word that {@link #take} returns for it. */
    Map<String, byte[]> made() throws Exception;

    /** Returns patterns for other people's samples, from the folder that {@code POSTSEAL_CORPORA} names. */
    List<String> samples();

    /** Demands that a claim holds. */
    static void demand(boolean holds, String claim) {
        if (!holds) {
            throw new AssertionError(claim);
        }
    }
}
