package org.postseal.gateway.road.pipeline;

/** Ends the thread of a message that was given up, at the next step that it would make. Nobody waits for the result. */
final class GivenUpException extends RuntimeException {
    private static final long serialVersionUID = 1;

    GivenUpException() {
        super("given up");
    }
}
