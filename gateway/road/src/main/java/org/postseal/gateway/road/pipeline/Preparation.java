package org.postseal.gateway.road.pipeline;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The state of a message that is being prepared, which says who may go on with the message. It starts as PREPARING
 * ({@link Phase#isPreparing}) and becomes either DELIVERING or GIVEN_UP for ever, by compare-and-set. The session
 * delivers and records only after DELIVERING, and the preparing thread makes no further step after GIVEN_UP. The state
 * is WAITING until the thread begins ({@link #begin}).
 *
 * <p>Confined to the preparing thread, except for the methods that {@link PreparationWatch} and the session call.
 */
final class Preparation {
    /** The activity of the message's thread. */
    enum Phase {
        /** The thread looks into the message itself. */
        WORKING("the message was looked into", true),
        /**
         * The thread judges certificates, some of them from the message. It may ask revocation servers, which have a
         * limit of their own.
         */
        VALIDATING("certificates were judged", true),
        /** The thread waits for a token, which has no limit. */
        AT_TOKEN("a token was at work", true),
        /** The thread waits for a directory server, a next hop or the journal, which have limits of their own. */
        ASKING("a directory server, a next hop or the journal was asked", true),
        /** The thread waits for its turn or for a carrier thread. Either is sure to come. */
        WAITING("it waited", true),
        DELIVERING("it was delivered", false),
        GIVEN_UP("nobody waited", false);

        private final String words;
        private final boolean isPreparing;

        Phase(String words, boolean isPreparing) {
            this.words = words;
            this.isPreparing = isPreparing;
        }

        boolean isPreparing() {
            return isPreparing;
        }

        /** True if a hang in this phase is the message's own fault. */
        boolean isItsOwn() {
            return this == WORKING || this == VALIDATING;
        }
    }

    /**
     * The state at one moment.
     *
     * @param steps how many steps there were so far
     * @param last the phase in which the message was given up; before that, the present phase
     */
    record State(Phase phase, int steps, Phase last) {
        private State stepped(Phase to) {
            return new State(to, steps + 1, to);
        }

        private State givenUp() {
            return new State(Phase.GIVEN_UP, steps, phase);
        }
    }

    private final StageClock clock;
    // Both are in one reference, so that the step that is given up is the step that was seen.
    private final AtomicReference<State> state = new AtomicReference<>(new State(Phase.WAITING, 0, Phase.WAITING));
    private final CompletableFuture<Boolean> isBack = new CompletableFuture<>();
    private volatile CryptoGate.@Nullable Place place;
    private volatile boolean isOrphan;
    private long sinceYield = System.nanoTime();

    /** @param clock the clock of the message; each stage that begins or ends counts as a step */
    Preparation(StageClock clock) {
        this.clock = clock;
        clock.onEach(this::step);
    }

    /** A preparation that nobody watches, for callers who want a decision alone and wait for it themselves. */
    static Preparation unwatched() {
        Preparation begun = new Preparation(StageClock.unwatched());
        begun.begin();
        return begun;
    }

    /** Says that the thread runs now. */
    void begin() {
        change(Phase.WAITING, Phase.WORKING);
    }

    StageClock clock() {
        return clock;
    }

    /**
     * Counts a step, and lets other threads run if this one has computed for long.
     *
     * @throws GivenUpException if the message was given up
     */
    void step() {
        State seen = state.get();
        while (seen.phase() != Phase.GIVEN_UP && !state.compareAndSet(seen, seen.stepped(seen.phase()))) {
            seen = state.get();
        }
        if (seen.phase() == Phase.GIVEN_UP) {
            throw new GivenUpException();
        }
        yieldCarrier();
    }

    /**
     * Virtual threads are not preempted, so a thread to which a next hop has said 250 waits for one that computes. If
     * the process is killed before that thread has noted the 250, the message is sent twice.
     */
    @SuppressWarnings("ThreadPriorityCheck")
    private void yieldCarrier() {
        if (System.nanoTime() - sinceYield > SLICE_NANOS) {
            Thread.yield();
            sinceYield = System.nanoTime();
        }
    }

    /**
     * Enters another phase until the returned object is closed.
     *
     * @throws GivenUpException if the message was given up; closing throws it too
     */
    Stay at(Phase other) {
        Phase before = state.get().phase();
        change(before, other);
        return new Stay(before, other);
    }

    /** A phase that is under way; closing it goes back to the phase before. */
    final class Stay implements AutoCloseable {
        private final Phase before;
        private final Phase now;

        private Stay(Phase before, Phase now) {
            this.before = before;
            this.now = now;
        }

        @Override
        public void close() {
            change(now, before);
        }
    }

    private void change(Phase from, Phase to) {
        if (!from.isPreparing() || !changes(from, to)) {
            throw new GivenUpException();
        }
    }

    private boolean changes(Phase from, Phase to) {
        State seen = state.get();
        while (seen.phase() == from && !state.compareAndSet(seen, seen.stepped(to))) {
            seen = state.get();
        }
        return seen.phase() == from;
    }

    /** Waits for a turn at cryptographic work and takes it. A thread that holds a turn must not ask for another. */
    CryptoGate.Place enter(CryptoGate.Line line) {
        CryptoGate.Place taken;
        // A message is not given up while it waits, so that the place it takes has an owner.
        try (Stay _ = at(Phase.WAITING)) {
            taken = line.enter();
        }
        place = taken;
        return taken;
    }

    /**
     * Moves the message to DELIVERING. The session calls this; it returns false if the message was already given up.
     */
    boolean deliver() {
        return changes(Phase.WORKING, Phase.DELIVERING);
    }

    State state() {
        return state.get();
    }

    /**
     * Gives the message up. Returns false if its state is not the one that was seen, because it has made a step since.
     */
    boolean giveUp(State seen) {
        return seen.phase().isPreparing() && state.compareAndSet(seen, seen.givenUp());
    }

    /** Gives the message up in whatever preparing phase it is. Does nothing once it is DELIVERING. */
    void abandon() {
        State seen = state.get();
        while (seen.phase().isPreparing() && !giveUp(seen)) {
            seen = state.get();
        }
    }

    /** Says for the records in which phase it was given up, and whether its thread has come back. */
    String whereItHung() {
        return "given up while " + state.get().last().words + (isOrphan ? "; its thread has not come back" : "");
    }

    /** Says that the thread did not come back in time after the message was given up. */
    void orphaned() {
        isOrphan = true;
    }

    /** True if the thread has not come back, and hangs where only the message can be the cause. */
    boolean isGuilty() {
        return isOrphan && state.get().last().isItsOwn();
    }

    /** Lends the place that the message holds at cryptographic work to the next in line. */
    void lendPlace() {
        CryptoGate.Place taken = place;
        if (taken != null) {
            taken.lend();
        }
    }

    /** Says that the thread has ended. */
    void back() {
        boolean _ = isBack.complete(true);
    }

    /** Runs the action when the thread ends, or at once if it has ended. */
    void whenBack(Runnable then) {
        var _ = isBack.thenRun(then);
    }

    private static final long SLICE_NANOS = 20_000;
}
