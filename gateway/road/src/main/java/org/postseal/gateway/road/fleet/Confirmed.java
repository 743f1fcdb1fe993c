package org.postseal.gateway.road.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Optional;
import org.postseal.gateway.audit.ledger.Frame;
import org.postseal.gateway.audit.ledger.Ledger;

/**
 * What the database of a fleet has confirmed to a node. The node's ledger keeps it, so that the next process sees
 * whether the database has lost it.
 *
 * @param epoch of the fleet
 * @param alive the time of the last beat, in microseconds of the database's clock
 */
record Confirmed(String node, long epoch, long alive) {
    /** Returns what an earlier process of this node has noted last. */
    static Optional<Confirmed> newest(Ledger ledger, String node) {
        return ledger.atStart(Frame.Kind.FLEET).stream()
                .max(Comparator.comparingLong(Frame::sequence))
                .map(Confirmed::of)
                .filter(known -> known.node().equals(node));
    }

    private static Confirmed of(Frame frame) {
        ByteBuffer body = ByteBuffer.wrap(frame.body());
        long epoch = body.getLong();
        long alive = body.getLong();
        return new Confirmed(UTF_8.decode(body).toString(), epoch, alive);
    }

    void note(Ledger ledger) throws IOException {
        byte[] name = node.getBytes(UTF_8);
        Frame _ = ledger.note(
                Frame.Kind.FLEET,
                ByteBuffer.allocate(2 * Long.BYTES + name.length)
                        .putLong(epoch)
                        .putLong(alive)
                        .put(name)
                        .array());
    }
}
