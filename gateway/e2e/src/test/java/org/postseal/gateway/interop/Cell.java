package org.postseal.gateway.interop;

/** One cell of the tables. */
record Cell(PeerName peer, Line line, Column column) {
    @Override
    public String toString() {
        return peer.title() + ", " + line.words() + ", " + column.heading();
    }
}
