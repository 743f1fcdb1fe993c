package org.postseal.gateway.e2e.interop;

/** One cell of the tables. */
record Cell(PeerName peer, Line line, Column column) {
    @Override
    public String toString() {
        return peer.title() + ", " + line.words() + ", " + column.heading();
    }
}
