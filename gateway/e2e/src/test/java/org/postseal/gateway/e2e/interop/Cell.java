package org.postseal.gateway.e2e.interop;

record Cell(PeerName peer, Line line, Column column) {
    @Override
    public String toString() {
        return peer.title() + ", " + line.words() + ", " + column.heading();
    }
}
