package org.postseal.certstore.key.batch;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.postseal.certstore.key.batch.Batch.Operation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which operations make up a batch. Thread-safe.
 *
 * <p>Design: the first operation in a queue collects. It yields its processor, so that threads that are ready to run
 * come as far as the queue, and it yields again as long as the queue grows. If no thread is ready, yielding takes about
 * a microsecond, so a single caller does not wait and no clock is needed. When the queue grows no more, it goes on: as
 * a batch if there are at least three operations, else each alone on its own thread. But while a batch runs, the queue
 * waits for its end, and grows meanwhile. The eighth in a queue waits for nobody. Each length of modulus has a queue.
 *
 * <p>One thread leads a batch, and runs it without a lock. A thread whose answer is wrong does its operation alone.
 */
final class Gathering {
    private final Batch batch;
    private final Runnable others;
    private final Map<Integer, Queue> queues =
            Lanes.SIZES.stream().collect(Collectors.toUnmodifiableMap(bits -> bits, _ -> new Queue()));

    private final LongAdder batches = new LongAdder();
    private final LongAdder inBatches = new LongAdder();
    private final AtomicLong wrong = new AtomicLong();
    private final LongAdder alone = new LongAdder();
    private final LongAdder waitNanos = new LongAdder();

    Gathering(Batch batch) {
        this(batch, Thread::yield);
    }

    /** @param others lets threads run that are ready to */
    Gathering(Batch batch, Runnable others) {
        this.batch = batch;
        this.others = others;
    }

    BatchFigures figures() {
        return new BatchFigures(batches.sum(), inBatches.sum(), wrong.get(), alone.sum(), waitNanos.sum());
    }

    /**
     * Does an operation, in a batch or alone.
     *
     * @param done is told if a batch did it
     */
    byte[] apply(Operation operation, RsaBatches.Alone own, Runnable done) throws GeneralSecurityException {
        Turn turn = new Turn(operation);
        List<Turn> led = gather(turn);
        if (led.isEmpty()) {
            // The wait always ends, because some other thread leads. An interrupt is left for the message to notice.
            turn.come.acquireUninterruptibly();
            led = turn.led;
        }
        if (led.size() >= LEAST) {
            lead(led, turn);
        } else {
            led.stream().filter(other -> other != turn).forEach(other -> other.come.release());
        }
        if (!turn.isInBatch) {
            alone.increment();
            return own.run();
        }
        if (turn.result.isPresent()) {
            inBatches.increment();
            done.run();
            return turn.result.get();
        }
        if (wrong.getAndIncrement() == 0) {
            LOG.error("an answer of RSA in batches was wrong, and the operation was done again without them;"
                    + " postseal_crypto_batch_operations_total counts further ones");
        }
        return own.run();
    }

    /** Returns the operations that the caller leads, its own among them; none if another thread leads. */
    private List<Turn> gather(Turn turn) {
        Queue queue = queue(turn);
        synchronized (queue) {
            if (queue.isQuiet()) {
                return List.of(turn);
            }
            queue.turns.add(turn);
            if (queue.turns.size() == Lanes.NUMBER) {
                return queue.taken();
            }
            if (queue.turns.size() > 1) {
                return List.of();
            }
        }
        int known = 1;
        while (true) {
            others.run();
            synchronized (queue) {
                if (!queue.turns.contains(turn)) {
                    // The eighth has taken it.
                    return List.of();
                }
                if (queue.turns.size() == known) {
                    queue.isLeft = queue.running > 0;
                    return queue.isLeft ? List.of() : queue.taken();
                }
                known = queue.turns.size();
            }
        }
    }

    /** Runs a batch for all, and then hands the queue to one of those who wait, if its collector has left it. */
    private void lead(List<Turn> all, Turn leader) {
        Queue queue = queue(leader);
        synchronized (queue) {
            queue.running++;
        }
        long now = System.nanoTime();
        for (Turn turn : all) {
            turn.isInBatch = true;
            waitNanos.add(now - turn.since);
        }
        try {
            List<Optional<byte[]>> results =
                    batch.run(all.stream().map(turn -> turn.operation).toList());
            for (int i = 0; i < all.size(); i++) {
                all.get(i).result = results.get(i);
            }
            batches.increment();
        } catch (RuntimeException | LinkageError e) {
            // Whatever native code throws, the messages go on without it.
            LOG.error("a batch of RSA operations failed", e);
        } finally {
            all.stream().filter(turn -> turn != leader).forEach(turn -> turn.come.release());
            synchronized (queue) {
                queue.running--;
                if (queue.isLeft) {
                    List<Turn> left = queue.taken();
                    left.getFirst().led = left;
                    left.getFirst().come.release();
                }
            }
        }
    }

    private Queue queue(Turn turn) {
        return Objects.requireNonNull(queues.get(turn.operation.blinding().bits()));
    }

    /** Operations that wait to be done together. Its monitor guards it. */
    private static final class Queue {
        private final List<Turn> turns = new ArrayList<>();
        // How many batches run.
        private int running;
        // True if the first in the queue waits for the end of a batch.
        private boolean isLeft;
        // How many operations since one met another.
        private int lonely;

        /** Returns true if it is not worth yielding, because the last operations met nobody. Now and then one tries. */
        boolean isQuiet() {
            return turns.isEmpty() && running == 0 && ++lonely > PATIENCE && lonely % PATIENCE != 0;
        }

        List<Turn> taken() {
            List<Turn> all = List.copyOf(turns);
            turns.clear();
            isLeft = false;
            if (all.size() > 1) {
                lonely = 0;
            }
            return all;
        }
    }

    /** The wait of one operation. What others write here is read after the permit. */
    private static final class Turn {
        private final Operation operation;
        private final long since = System.nanoTime();
        private final Semaphore come = new Semaphore(0);
        private List<Turn> led = List.of();
        private boolean isInBatch;
        private Optional<byte[]> result = Optional.empty();

        Turn(Operation operation) {
            this.operation = operation;
        }
    }

    /** So many operations in a row must have met nobody before others go alone at once. */
    private static final int PATIENCE = 16;

    /** For fewer than three, a batch costs more than what each does alone. */
    private static final int LEAST = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Gathering.class);
}
