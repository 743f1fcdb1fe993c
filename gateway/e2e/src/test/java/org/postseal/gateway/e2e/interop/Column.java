package org.postseal.gateway.e2e.interop;

/**
 * What is done in one cell of a line. An arrow to the right means that Postseal makes and the peer reads, and one to
 * the left that the peer makes and Postseal reads.
 */
enum Column {
    CLEAR_TO_PEER("clear →", true),
    CLEAR_FROM_PEER("clear ←", false),
    OPAQUE_TO_PEER("opaque →", true),
    OPAQUE_FROM_PEER("opaque ←", false),
    TO_PEER("→", true),
    FROM_PEER("←", false);

    private final String heading;
    private final boolean isToPeer;

    Column(String heading, boolean isToPeer) {
        this.heading = heading;
        this.isToPeer = isToPeer;
    }

    String heading() {
        return heading;
    }

    /** Returns true if Postseal makes and the peer reads. */
    boolean isToPeer() {
        return isToPeer;
    }

    /** Returns true for multipart/signed, and false for signed-data with its content. */
    boolean isClear() {
        return this == CLEAR_TO_PEER || this == CLEAR_FROM_PEER;
    }
}
