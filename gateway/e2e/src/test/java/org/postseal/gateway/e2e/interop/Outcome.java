package org.postseal.gateway.e2e.interop;

/** What became of one cell. */
sealed interface Outcome {
    /** What one made the other read, and it was the same. */
    record Ok() implements Outcome {}

    /** The peer cannot, as is known. */
    record Limited(Limit limit) implements Outcome {}

    /** Neither. */
    record Failed(String why) implements Outcome {}
}
