package org.postseal.gateway.e2e.interop;

/** The outcome of one cell. */
sealed interface Outcome {
    /** The other read what was made, and it was the same. */
    record Ok() implements Outcome {}

    /** The peer cannot do it, which is a known limit. */
    record Limited(Limit limit) implements Outcome {}

    /** The cell is neither good nor a known limit. */
    record Failed(String why) implements Outcome {}
}
