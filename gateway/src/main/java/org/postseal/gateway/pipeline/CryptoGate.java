package org.postseal.gateway.pipeline;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.postseal.gateway.mail.Peer;

/**
 * Lets so many threads do cryptographic work at a time as there are processors, and the peers take turns. Thread-safe.
 *
 * <p>More at once would only make each slower and hold more memory. A peer with a hundred messages waiting, over however many connections, does not keep another with one from its turn: each peer has a queue,
 * and the queues are served round robin. What waits for the network (directories, revocation) is to be done outside.
 */
public final class CryptoGate {
    private final int places;
    private final Map<InetAddress, Deque<Semaphore>> waiting = new LinkedHashMap<>();
    private int free;

    /** @param places how many at a time */
    public CryptoGate(int places) {
        if (places < 1) {
            throw new IllegalArgumentException("places " + places);
        }
        this.places = places;
        this.free = places;
    }

    /** One peer's way in, the same for all its connections. */
    public Line line(Peer peer) {
        return new Line(peer.address().getAddress());
    }

    /** The way in of one peer. */
    public final class Line {
        private final InetAddress peer;

        private Line(InetAddress peer) {
            this.peer = peer;
        }

        /** Waits for a place and takes it; whoever has one must not ask for another. */
        public Place enter() {
            enter(peer);
            return new Place();
        }

        private void enter(InetAddress whose) {
            Semaphore turn = new Semaphore(0);
            synchronized (waiting) {
                if (free > 0) {
                    free--;
                    return;
                }
                waiting.computeIfAbsent(whose, _ -> new ArrayDeque<>()).add(turn);
            }
            // a place is always given back, so that this ends; an interrupt is for the work to notice
            turn.acquireUninterruptibly();
        }
    }

    /** A place that is held. */
    public final class Place implements AutoCloseable {
        private boolean held = true;

        private Place() {}

        @Override
        public void close() {
            if (held) {
                held = false;
                leave();
            }
        }
    }

    private void leave() {
        synchronized (waiting) {
            Iterator<Map.Entry<InetAddress, Deque<Semaphore>>> queues =
                    waiting.entrySet().iterator();
            if (!queues.hasNext()) {
                free++;
                return;
            }
            Map.Entry<InetAddress, Deque<Semaphore>> next = queues.next();
            InetAddress peer = next.getKey();
            Deque<Semaphore> queue = next.getValue();
            Semaphore turn = queue.remove();
            queues.remove();
            if (!queue.isEmpty()) {
                waiting.put(peer, queue);
            }
            turn.release();
        }
    }

    /** How many may work at a time. */
    public int places() {
        return places;
    }

    /** How many work. */
    public int busy() {
        synchronized (waiting) {
            return places - free;
        }
    }

    /** How many wait. */
    public int waiting() {
        synchronized (waiting) {
            return waiting.values().stream().mapToInt(Deque::size).sum();
        }
    }
}
