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
 * Lets so many threads do cryptographic work at a time as there are processors, and the peers take turns. Thread-safe.
 *
 * <p>More at once would only make each slower and hold more memory. A peer with a hundred messages waiting, over however many connections, does not keep another with one from its turn: each has a queue,
 * and the queues are served round robin. A peer is an address in a role, since one Postfix brings both what comes from outside and what its own users send: a flood of the one must not hold up the other. What waits for the network (directories, revocation) is to be done outside.
 */
public final class CryptoGate {
    private final int places;
    private final LongSupplier nanoTime;
    private final Map<Who, Deque<Turn>> waiting = new LinkedHashMap<>();
    private int free;

    /** @param places how many at a time */
    public CryptoGate(int places) {
        this(places, System::nanoTime);
    }

    /** @param nanoTime tells how long somebody waits */
    public CryptoGate(int places, LongSupplier nanoTime) {
        if (places < 1) {
            throw new IllegalArgumentException("places " + places);
        }
        this.places = places;
        this.free = places;
        this.nanoTime = nanoTime;
    }

    /** One peer's way in, the same for all its connections. */
    public Line line(Peer peer) {
        return line(peer, StageClock.unwatched());
    }

    /** The same, whose waiting is recorded by the clock of one message. */
    Line line(Peer peer, StageClock clock) {
        return new Line(new Who(peer.address().getAddress(), peer.role()), clock);
    }

    private record Who(InetAddress address, Peer.Role role) {}

    /** The way in of one peer. */
    public final class Line {
        private final Who peer;
        private final StageClock clock;

        private Line(Who peer, StageClock clock) {
            this.peer = peer;
            this.clock = clock;
        }

        /** Waits for a place and takes it; whoever has one must not ask for another. */
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
            // a place is always given back, so that this ends; an interrupt is for the work to notice
            try (StageClock.Part _ = clock.part("turn")) {
                turn.come().acquireUninterruptibly();
            }
        }
    }

    /** A place that is held. Given back once, by whoever comes first. Thread-safe. */
    public final class Place implements AutoCloseable {
        private final AtomicBoolean isHeld = new AtomicBoolean(true);

        private Place() {}

        /** Gives it to the next in line, though whoever had it is still at work: he hangs. */
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

    /** How long the one has waited that has waited longest; zero when nobody waits. */
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
