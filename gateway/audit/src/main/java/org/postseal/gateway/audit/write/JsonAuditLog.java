package org.postseal.gateway.audit.write;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.ChainState;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.audit.record.AddressHash;
import org.postseal.gateway.audit.record.AuditFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log as a file of JSON lines. Thread-safe.
 *
 * <p>One thread writes. It takes all lines that wait, writes them and forces them to disk together, and wakes the
 * threads that brought them. Meanwhile the next lines gather, so all who wait share the cost of one fsync. If the last
 * fsync served several threads, the next one waits for them to come back, for as long as each of those that are there
 * may wait ({@link Gathering}).
 *
 * <p>After an error the state of the file on disk is unknown, since a failed fsync may have dropped the pages. The log
 * is then broken for everybody until {@link #reopen}, which cuts the file back to the last octet that is known to be on
 * disk. Nobody was told that the records behind it are safe. Opening the log cuts off a last line that a crash left
 * without its end.
 */
public final class JsonAuditLog implements AuditLog {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition brought = lock.newCondition();
    private final Condition idle = lock.newCondition();
    private final Thread writer;
    private List<Batch> waiting = new ArrayList<>();
    private final RecordFile file;
    private final Optional<AddressHash> addresses;
    private final Function<List<AuditEvent>, Duration> patience;
    private boolean isWriting;
    private int lastBatches;
    private boolean isGathering;
    /** A time of {@link System#nanoTime}. */
    private long gatherEnd;

    private boolean isClosed;
    private @Nullable IOException broken;

    private JsonAuditLog(
            RecordFile file, Optional<AddressHash> addresses, Function<List<AuditEvent>, Duration> patience) {
        this.file = file;
        this.addresses = addresses;
        this.patience = patience;
        this.writer = Thread.ofPlatform().name("audit-log").daemon().unstarted(this::write);
    }

    /**
     * Opens the log, and makes the file (mode 0640) if it is not there.
     *
     * @throws IOException if the file or the key cannot be read or written
     */
    public static JsonAuditLog open(AuditConfig config, InstantSource clock) throws IOException {
        return open(config, clock, _ -> {}, Optional.empty());
    }

    /**
     * Opens the log with a copy.
     *
     * @param copy gets every record, in whole lines, when it is on disk; it must neither wait nor fail
     * @param ledger has the records first; empty if each record is forced in the file itself
     */
    static JsonAuditLog open(AuditConfig config, InstantSource clock, Consumer<byte[]> copy, Optional<Ledger> ledger)
            throws IOException {
        RecordFile file =
                new RecordFile(() -> DiskFile.open(config.file()), Optional.of(Chain.of(config, clock)), copy, ledger);
        return begun(new JsonAuditLog(file, config.addressKey().map(AddressHash::new), Gathering::of));
    }

    /** Opens a log of records without a chain. */
    public static JsonAuditLog open(Path path) throws IOException {
        return open(() -> DiskFile.open(path), Optional.empty(), Optional.empty());
    }

    static JsonAuditLog open(LogFile.Opener opener, Optional<Chain> chain, Optional<Ledger> ledger) throws IOException {
        return begun(new JsonAuditLog(new RecordFile(opener, chain, _ -> {}, ledger), Optional.empty(), Gathering::of));
    }

    /** @param patience says how long the records of these events may wait for others */
    static JsonAuditLog open(LogFile.Opener opener, Function<List<AuditEvent>, Duration> patience) throws IOException {
        return begun(new JsonAuditLog(
                new RecordFile(opener, Optional.empty(), _ -> {}, Optional.empty()), Optional.empty(), patience));
    }

    private static JsonAuditLog begun(JsonAuditLog log) {
        log.writer.start();
        return log;
    }

    /**
     * Checks that records can be written. A broken log is opened again, and it is tried whether the disk takes a good
     * many records.
     */
    @Override
    public void requireWritable() throws IOException {
        lock.lock();
        try {
            if (isClosed) {
                throw new IOException("audit log is closed");
            }
            if (broken == null) {
                return;
            }
            reopen();
            try {
                file.probe();
            } catch (IOException stillBroken) {
                broken = stillBroken;
                throw stillBroken;
            }
            LOG.info("Audit log is usable again");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void append(List<AuditEvent> events) throws IOException {
        if (!events.isEmpty()) {
            write(new Batch(AuditFormat.lines(events, addresses), patience.apply(events)));
            MessageLine.log(events, addresses);
        }
    }

    /** Returns how far the chain is signed; empty if there is no chain. */
    Optional<ChainState> chain(String name) {
        return file.chain().map(chain -> chain.state(name));
    }

    @Override
    public void force() throws IOException {
        write(new Batch(List.of(), Gathering.of(List.of())));
    }

    private void write(Batch batch) throws IOException {
        lock.lock();
        try {
            requireUsable();
            waiting.add(batch);
            if (isGathering) {
                gatherUntil(System.nanoTime() + batch.patience);
            } else {
                brought.signal();
            }
        } finally {
            lock.unlock();
        }
        batch.await();
    }

    /**
     * Opens the file again: after an error, or when somebody has moved it away to rotate it. Records that wait are
     * written to the newly opened file.
     *
     * @throws IOException if that fails; the log is then broken
     */
    @Override
    public void reopen() throws IOException {
        lock.lock();
        try {
            while (isWriting) {
                idle.awaitUninterruptibly();
            }
            if (isClosed) {
                throw new IOException("audit log is closed");
            }
            boolean wasBroken = broken != null;
            broken = new IOException("audit log cannot be opened again");
            file.reopen(wasBroken);
            broken = null;
            // There may be something to sign.
            brought.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits, and closes the file. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (isClosed) {
                return;
            }
            isClosed = true;
            brought.signal();
            LockSupport.unpark(writer);
        } finally {
            lock.unlock();
        }
        boolean wasInterrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException _) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
        // The writer has ended, so no other thread uses the file.
        file.close(broken != null);
    }

    /** The caller holds the lock. */
    private void requireUsable() throws IOException {
        if (isClosed) {
            throw new IOException("audit log is closed");
        }
        if (broken != null) {
            throw new IOException("audit log is broken: " + broken.getMessage(), broken);
        }
    }

    /** Runs the writing thread. */
    private void write() {
        lock.lock();
        try {
            while (true) {
                boolean isDue = awaitWork();
                if (isClosed && waiting.isEmpty()) {
                    return;
                }
                if (lastBatches > 1 && !isClosed) {
                    gather();
                }
                if (isDue || !waiting.isEmpty()) {
                    writeWaiting();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until there are records or the log is closed, and returns false; or until something is due without records,
     * and returns true.
     */
    private boolean awaitWork() {
        while (waiting.isEmpty() && !isClosed) {
            Optional<Duration> due = broken == null ? file.untilDue() : Optional.empty();
            if (due.isEmpty()) {
                brought.awaitUninterruptibly();
            } else if (due.get().isPositive()) {
                try {
                    long _ = brought.awaitNanos(due.get().toNanos());
                } catch (InterruptedException nobodyInterruptsIt) {
                    LOG.debug("the thread of the audit log was interrupted");
                }
            } else {
                return true;
            }
        }
        return false;
    }

    /** Waits for more records. The caller holds the lock, which is released while it waits. */
    private void gather() {
        long left = waiting.stream().mapToLong(batch -> batch.patience).min().orElse(0);
        gatherEnd = System.nanoTime() + left;
        isGathering = true;
        while (left > 0 && !isClosed) {
            lock.unlock();
            try {
                LockSupport.parkNanos(left);
            } finally {
                lock.lock();
            }
            left = gatherEnd - System.nanoTime();
        }
        isGathering = false;
    }

    /** Limits the gathering to this time. The caller holds the lock. */
    private void gatherUntil(long end) {
        if (end - gatherEnd < 0) {
            gatherEnd = end;
            LockSupport.unpark(writer);
        }
    }

    /** Writes the records that wait. The caller holds the lock, which is released while it writes. */
    private void writeWaiting() {
        List<Batch> batches = waiting;
        waiting = new ArrayList<>();
        lastBatches = batches.size();
        IOException failure = broken;
        if (failure == null) {
            failure = unlocked(() -> {
                if (batches.isEmpty()) {
                    file.doDue();
                } else {
                    file.append(batches.stream()
                            .flatMap(batch -> batch.lines.stream())
                            .toList());
                }
            });
        }
        for (Batch batch : batches) {
            batch.settle(failure);
        }
        // This comes only now, when those who wait have their answer.
        broken = failure == null ? unlocked(file::tidy) : failure;
        idle.signalAll();
    }

    private interface Work {
        void run() throws IOException;
    }

    /** Works on the file without the lock, while no other thread may. Returns the failure, or null. */
    private @Nullable IOException unlocked(Work work) {
        isWriting = true;
        lock.unlock();
        try {
            work.run();
            return null;
        } catch (IOException failed) {
            return failed;
        } catch (RuntimeException | OutOfMemoryError failed) {
            // The threads that wait must be told, and the next ones need a writer.
            return new IOException(failed);
        } finally {
            lock.lock();
            isWriting = false;
        }
    }

    /**
     * The lines of one thread. It waits for them without the lock, so that not all threads queue for the lock once more
     * when all are told at once.
     */
    private static final class Batch {
        private final List<byte[]> lines;
        /** How long the lines may wait for others, in nanoseconds. */
        private final long patience;

        private final Thread owner = Thread.currentThread();
        private volatile boolean isDone;
        private @Nullable IOException failure;

        Batch(List<byte[]> lines, Duration patience) {
            this.lines = lines;
            this.patience = patience.toNanos();
        }

        void settle(@Nullable IOException why) {
            failure = why;
            isDone = true;
            LockSupport.unpark(owner);
        }

        void await() throws IOException {
            while (!isDone) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted while the audit record was written");
                }
                LockSupport.park(this);
            }
            if (failure != null) {
                throw new IOException("audit log: " + failure.getMessage(), failure);
            }
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(JsonAuditLog.class);
}
