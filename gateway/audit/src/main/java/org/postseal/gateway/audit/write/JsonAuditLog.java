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
import org.postseal.gateway.audit.record.AddressHash;
import org.postseal.gateway.audit.record.AuditFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log as a file of JSON lines.
 *
 * <p>One thread writes: it takes all lines that wait, writes and forces them to disk together, and wakes those who brought them; meanwhile the next ones gather. So the
 * price of one fsync is shared by all who wait for it. Where the last one served several, the next waits for them to come back, as
 * long as each of those that are there may ({@link Gathering}).
 *
 * <p>After an error the state of the file on disk is unknown (a failed fsync may have thrown the pages away), so the log is broken for everybody until {@link #reopen}: it
 * cuts the file back to the last octet known to be on disk. What is cut off was promised to nobody. Opening cuts off a last line that a crash left without its end.
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
    /** By the clock of {@link System#nanoTime}. */
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
     * Opens the log, and makes the file (mode 0640) when it is not there.
     *
     * @throws IOException when the file or the key cannot be read or written
     */
    public static JsonAuditLog open(AuditConfig config, InstantSource clock) throws IOException {
        return open(config, clock, _ -> {});
    }

    /**
     * The same.
     *
     * @param copy is given every record, in whole lines, when it is on disk; must neither wait nor fail
     */
    static JsonAuditLog open(AuditConfig config, InstantSource clock, Consumer<byte[]> copy) throws IOException {
        Chain chain = Chain.of(config, clock);
        return open(
                () -> DiskFile.open(config.file()),
                Optional.of(chain),
                config.addressKey().map(AddressHash::new),
                copy,
                Gathering::of);
    }

    /** Without a chain: the records alone. */
    public static JsonAuditLog open(Path path) throws IOException {
        return open(() -> DiskFile.open(path));
    }

    static JsonAuditLog open(LogFile.Opener opener) throws IOException {
        return open(opener, Optional.empty());
    }

    static JsonAuditLog open(LogFile.Opener opener, Optional<Chain> chain) throws IOException {
        return open(opener, chain, Optional.empty(), _ -> {}, Gathering::of);
    }

    /** @param patience how long records of these events may wait for others */
    static JsonAuditLog open(LogFile.Opener opener, Function<List<AuditEvent>, Duration> patience) throws IOException {
        return open(opener, Optional.empty(), Optional.empty(), _ -> {}, patience);
    }

    private static JsonAuditLog open(
            LogFile.Opener opener,
            Optional<Chain> chain,
            Optional<AddressHash> addresses,
            Consumer<byte[]> copy,
            Function<List<AuditEvent>, Duration> patience)
            throws IOException {
        JsonAuditLog log = new JsonAuditLog(new RecordFile(opener, chain, copy), addresses, patience);
        log.writer.start();
        return log;
    }

    /** Of a broken log: opens it again and tries whether the disk takes a good many records. */
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

    /** How far it is signed; empty without a chain. */
    Optional<ChainState> chain(String name) {
        return file.chain().map(chain -> chain.state(name));
    }

    /** Gives the writer nothing to write, and waits until it has. */
    @Override
    public void requireAnswer() throws IOException {
        write(new Batch(List.of(), Duration.ZERO));
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
     * Opens the file again: after an error, or when somebody has moved it away to rotate it. Records that wait go to the file as it is then.
     *
     * @throws IOException when that fails; the log is broken then
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
            // there may be something to sign
            brought.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits, then closes the file. */
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
        // the writer has ended: nobody else looks at it
        file.close(broken != null);
    }

    /** Holds the lock. */
    private void requireUsable() throws IOException {
        if (isClosed) {
            throw new IOException("audit log is closed");
        }
        if (broken != null) {
            throw new IOException("audit log is broken: " + broken.getMessage(), broken);
        }
    }

    /** The writer's life. */
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

    /** Returns when there are records, when the log is closed, or, with true, when a checkpoint is due without any. */
    private boolean awaitWork() {
        while (waiting.isEmpty() && !isClosed) {
            Optional<Duration> due = broken == null ? file.untilCheckpoint() : Optional.empty();
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

    /** Holds the lock, but not while it waits. */
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

    /** Not longer than this. Holds the lock. */
    private void gatherUntil(long end) {
        if (end - gatherEnd < 0) {
            gatherEnd = end;
            LockSupport.unpark(writer);
        }
    }

    /** Holds the lock but while it writes. */
    private void writeWaiting() {
        List<Batch> batches = waiting;
        waiting = new ArrayList<>();
        lastBatches = batches.size();
        IOException failure = broken;
        if (failure == null) {
            failure = unlocked(() -> {
                if (batches.isEmpty()) {
                    file.sign();
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
        // after those who wait have their answer
        broken = failure == null ? unlocked(file::rotateIfFull) : failure;
        idle.signalAll();
    }

    private interface Work {
        void run() throws IOException;
    }

    /** Does something with the file without the lock, while nobody else may; why it failed. */
    private @Nullable IOException unlocked(Work work) {
        isWriting = true;
        lock.unlock();
        try {
            work.run();
            return null;
        } catch (IOException failed) {
            return failed;
        } catch (RuntimeException | OutOfMemoryError failed) {
            // whoever waits must be told, and the next ones need a writer
            return new IOException(failed);
        } finally {
            lock.lock();
            isWriting = false;
        }
    }

    /** Lines of one thread, which waits for them without the lock: so it need not queue for that once more when all are told at once. */
    private static final class Batch {
        private final List<byte[]> lines;
        /** Nanoseconds. */
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
