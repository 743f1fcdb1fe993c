package org.postseal.gateway.road.pipeline;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.postseal.gateway.mail.Peer;

/**
 * Lets only so many threads do cryptographic work at a time, and makes the peers take turns. There are as many places
 * as processors, and more if messages share calls of native code. Thread-safe.
 *
 * <p>More threads at once would only slow each other down and hold more memory. Each peer has a queue and the queues
 * are served round robin, so a peer with a hundred messages waiting, over however many connections, does not delay a
 * peer with one. A peer is an address in a role: one Postfix brings both the mail from outside and the mail of its own
 * users, and a flood of the one must not hold up the other. Work that waits for the network (directory servers,
 * revocation) must be done outside the gate.
 */
public final class CryptoGate {
    // These three are guarded by the monitor of the waiting.
    private int places;
    private final LongSupplier nanoTime;
    private final Map<Who, Deque<Turn>> waiting = new LinkedHashMap<>();
    private int free;

    /** @param places how many threads may work at a time */
    public CryptoGate(int places) {
        this(places, System::nanoTime);
    }

    /** @param nanoTime the clock that measures how long threads wait */
    public CryptoGate(int places, LongSupplier nanoTime) {
        if (places < 1) {
            throw new IllegalArgumentException("places " + places);
        }
        this.places = places;
        this.free = places;
        this.nanoTime = nanoTime;
    }

    /** Makes at least so many places. */
    public void widen(int wanted) {
        synchronized (waiting) {
            int more = Math.max(0, wanted - places);
            places += more;
            for (int i = 0; i < more; i++) {
                leave();
            }
        }
    }

    /** The way in for one peer, shared by all its connections. */
    public Line line(Peer peer) {
        return line(peer, StageClock.unwatched());
    }

    /** The way in for one peer, with the wait recorded by the clock of one message. */
    Line line(Peer peer, StageClock clock) {
        return new Line(new Who(peer.address().getAddress(), peer.role()), clock);
    }

    private record Who(InetAddress address, Peer.Role role) {}

    public final class Line {
        private final Who peer;
        private final StageClock clock;

        private Line(Who peer, StageClock clock) {
            this.peer = peer;
            this.clock = clock;
        }

        /** Waits for a place and takes it. A thread that holds a place must not ask for another. */
        public Place enter() {
            enter(peer);
            return new Place();
        }

        private void enter(Who whose) {
            Turn turn = new Turn(new Semaphore(0), nanoTime.getAsLong());
            synchronized (waiting) {
                if (free > 0) {
                    free--;
                    return;
                }
                waiting.computeIfAbsent(whose, _ -> new ArrayDeque<>()).add(turn);
            }
            // The wait always ends, because every place is given back. An interrupt is left for the work to notice.
            try (StageClock.Part _ = clock.part("turn")) {
                turn.come().acquireUninterruptibly();
            }
        }
    }

    /**
     * A place that is held. It is given back once, whichever of {@link #close} and {@code lend} is called first.
     * Thread-safe.
     */
    public final class Place implements AutoCloseable {
        private final AtomicBoolean isHeld = new AtomicBoolean(true);

        private Place() {}

        /** Gives the place to the next in line although its holder is still at work, because the holder hangs. */
        void lend() {
            close();
        }

        @Override
        public void close() {
            if (isHeld.compareAndSet(true, false)) {
                leave();
            }
        }
    }

    private void leave() {
        synchronized (waiting) {
            Iterator<Map.Entry<Who, Deque<Turn>>> queues = waiting.entrySet().iterator();
            if (!queues.hasNext()) {
                free++;
                return;
            }
            Map.Entry<Who, Deque<Turn>> next = queues.next();
            Who peer = next.getKey();
            Deque<Turn> queue = next.getValue();
            Turn turn = queue.remove();
            queues.remove();
            if (!queue.isEmpty()) {
                waiting.put(peer, queue);
            }
            turn.come().release();
        }
    }

    private record Turn(Semaphore come, long since) {}

    /** The number of threads that may work at a time. */
    public int places() {
        synchronized (waiting) {
            return places;
        }
    }

    /** The number of threads that work now. */
    public int busy() {
        synchronized (waiting) {
            return places - free;
        }
    }

    /** The number of threads that wait. */
    public int waiting() {
        synchronized (waiting) {
            return waiting.values().stream().mapToInt(Deque::size).sum();
        }
    }

    /** The longest time that a thread at the head of a queue has waited; zero if nobody waits. */
    public Duration longestWait() {
        synchronized (waiting) {
            long now = nanoTime.getAsLong();
            return Duration.ofNanos(waiting.values().stream()
                    .mapToLong(queue -> now - queue.element().since())
                    .max()
                    .orElse(0));
        }
    }
}
