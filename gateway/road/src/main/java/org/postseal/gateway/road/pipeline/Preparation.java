package org.postseal.gateway.road.pipeline;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A message that is being prepared, and who may go on with it. It is PREPARING ({@link Phase#isPreparing}), then either DELIVERING or GIVEN_UP for ever, by compare-and-set: its session delivers and
 * records only after DELIVERING, and its thread makes no further step after GIVEN_UP. It waits until its thread begins ({@link #begin}).
 *
 * <p>Of its thread, but for what {@link PreparationWatch} asks and does.
 */
final class Preparation {
    /** What its thread is at. */
    enum Phase {
        /** At the message itself. */
        WORKING("the message was looked into", true),
        /** Judges certificates, some of the message's own; asks servers of revocation, with a limit of its own. */
        VALIDATING("certificates were judged", true),
        /** At a token, which has no limit. */
        AT_TOKEN("a token was at work", true),
        /** Waits for a directory, a next hop or the journal, which have limits of their own. */
        ASKING("a directory, a next hop or the journal was asked", true),
        /** Waits for its turn, or for a thread to run on, which come. */
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

        /** Whose thread does not come back from there, hangs by itself. */
        boolean isItsOwn() {
            return this == WORKING || this == VALIDATING;
        }
    }

    /**
     * At a moment.
     *
     * @param steps how many there were
     * @param last what it was at when it was given up, and is at before
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
    // In one, so that what is given up is the step that was seen
    private final AtomicReference<State> state = new AtomicReference<>(new State(Phase.WAITING, 0, Phase.WAITING));
    private final CompletableFuture<Boolean> isBack = new CompletableFuture<>();
    private volatile CryptoGate.@Nullable Place place;
    private volatile boolean isOrphan;

    /** @param clock of the message; each stage that ends is a step */
    Preparation(StageClock clock) {
        this.clock = clock;
        clock.onEach(this::step);
    }

    /** For who wants a decision alone, and waits for it himself. */
    static Preparation unwatched() {
        Preparation begun = new Preparation(StageClock.unwatched());
        begun.begin();
        return begun;
    }

    /** Its thread runs. */
    void begin() {
        change(Phase.WAITING, Phase.WORKING);
    }

    StageClock clock() {
        return clock;
    }

    /**
     * Something that ended is a step.
     *
     * @throws GivenUpException when nobody waits for it any more
     */
    void step() {
        State seen = state.get();
        while (seen.phase() != Phase.GIVEN_UP && !state.compareAndSet(seen, seen.stepped(seen.phase()))) {
            seen = state.get();
        }
        if (seen.phase() == Phase.GIVEN_UP) {
            throw new GivenUpException();
        }
    }

    /**
     * Is at something else until that is closed.
     *
     * @throws GivenUpException likewise, now or when it is closed
     */
    Stay at(Phase other) {
        Phase before = state.get().phase();
        change(before, other);
        return new Stay(before, other);
    }

    /** While the thread is at something. */
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

    /** Waits for a turn at cryptographic work and takes it; whoever has one must not ask for another. */
    CryptoGate.Place enter(CryptoGate.Line line) {
        CryptoGate.Place taken;
        // Nobody gives it up while it waits, so that what is taken has an owner
        try (Stay _ = at(Phase.WAITING)) {
            taken = line.enter();
        }
        place = taken;
        return taken;
    }

    /** From now on it is delivered; false when it was given up. By its session. */
    boolean deliver() {
        return changes(Phase.WORKING, Phase.DELIVERING);
    }

    State state() {
        return state.get();
    }

    /** Nobody goes on with it; false when it is not where it was seen, or has made a step since. */
    boolean giveUp(State seen) {
        return seen.phase().isPreparing() && state.compareAndSet(seen, seen.givenUp());
    }

    /** Nobody goes on with it, wherever it is; it must not be on its way to being delivered. */
    void abandon() {
        State seen = state.get();
        while (seen.phase().isPreparing() && !giveUp(seen)) {
            seen = state.get();
        }
    }

    /** For the records. */
    String whereItHung() {
        return "given up while " + state.get().last().words + (isOrphan ? "; its thread has not come back" : "");
    }

    /** Its thread has not come back. */
    void orphaned() {
        isOrphan = true;
    }

    /** It was given up, has not come back, and nobody else is to blame. */
    boolean isGuilty() {
        return isOrphan && state.get().last().isItsOwn();
    }

    /** Gives the place it has at cryptographic work to the next in line. */
    void lendPlace() {
        CryptoGate.Place taken = place;
        if (taken != null) {
            taken.lend();
        }
    }

    /** Its thread is at its end. */
    void back() {
        boolean _ = isBack.complete(true);
    }

    /** Does it then, or at once. */
    void whenBack(Runnable then) {
        var _ = isBack.thenRun(then);
    }
}
