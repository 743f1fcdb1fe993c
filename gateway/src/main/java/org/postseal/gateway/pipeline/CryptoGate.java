package org.postseal.gateway.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Lets so many threads do cryptographic work at a time as there are processors, and the connections take turns. Thread-safe.
 *
 * <p>More at once would only make each slower and hold more memory. A connection with a hundred messages waiting does not keep another with one from its turn: each connection has a queue,
 * and the queues are served round robin. What waits for the network (directories, revocation) is to be done outside.
 */
public final class CryptoGate {
    private final int places;
    private final Map<Object, Deque<Semaphore>> waiting = new LinkedHashMap<>();
    private int free;

    /** @param places how many at a time */
    public CryptoGate(int places) {
        if (places < 1) {
            throw new IllegalArgumentException("places " + places);
        }
        this.places = places;
        this.free = places;
    }

    /** One connection's way in. */
    public Line line(Object connection) {
        return new Line(connection);
    }

    /** The way in of one connection. */
    public final class Line {
        private final Object connection;

        private Line(Object connection) {
            this.connection = connection;
        }

        /** Waits for a place and takes it; whoever has one must not ask for another. */
        public Place enter() {
            enter(connection);
            return new Place();
        }

        private void enter(Object whose) {
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
            Iterator<Map.Entry<Object, Deque<Semaphore>>> queues =
                    waiting.entrySet().iterator();
            if (!queues.hasNext()) {
                free++;
                return;
            }
            Map.Entry<Object, Deque<Semaphore>> next = queues.next();
            Object connection = next.getKey();
            Deque<Semaphore> queue = next.getValue();
            Semaphore turn = queue.remove();
            queues.remove();
            if (!queue.isEmpty()) {
                waiting.put(connection, queue);
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
