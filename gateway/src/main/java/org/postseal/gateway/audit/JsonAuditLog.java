package org.postseal.gateway.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log as a file of JSON lines.
 *
 * <p>One thread writes: it takes all lines that wait, writes and forces them to disk together, and wakes those who brought them; meanwhile the next ones gather. So the
 * price of one fsync is shared by all who wait for it. Where the last one served several, the next waits {@link #GATHERING} for them to come back.
 *
 * <p>After an error the state of the file on disk is unknown (a failed fsync may have thrown the pages away), so the log is broken for everybody until {@link #reopen}: it
 * cuts the file back to the last octet known to be on disk. What is cut off was promised to nobody. Opening cuts off a last line that a crash left without its end.
 */
public final class JsonAuditLog implements AuditLog {
    private final LogFile.Opener opener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition brought = lock.newCondition();
    private final Condition idle = lock.newCondition();
    private final Thread writer;
    private List<Batch> waiting = new ArrayList<>();
    private LogFile file;
    private long durable;
    private boolean isWriting;
    private int lastBatches;
    private boolean isClosed;
    private @Nullable IOException broken;

    private JsonAuditLog(LogFile.Opener opener) throws IOException {
        this.opener = opener;
        this.file = opener.open();
        boolean done = false;
        try {
            this.durable = recover(file);
            done = true;
        } finally {
            if (!done) {
                file.close();
            }
        }
        this.writer = Thread.ofPlatform().name("audit-log").daemon().unstarted(this::write);
    }

    /** Opens the log, and makes the file (mode 0640) when it is not there. */
    public static JsonAuditLog open(Path path) throws IOException {
        return open(() -> DiskFile.open(path));
    }

    static JsonAuditLog open(LogFile.Opener opener) throws IOException {
        JsonAuditLog log = new JsonAuditLog(opener);
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
                // blanks without a line end: after a crash they are cut off as an unfinished line
                file.append(ByteBuffer.wrap(BLANKS.clone()));
                file.force();
                file.truncate(durable);
                file.force();
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
        if (events.isEmpty()) {
            return;
        }
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        events.forEach(event -> lines.writeBytes(AuditFormat.line(event)));
        Batch batch = new Batch(lines.toByteArray(), lock.newCondition());
        lock.lock();
        try {
            requireUsable();
            waiting.add(batch);
            brought.signal();
            while (!batch.isDone) {
                batch.settled.await();
            }
            if (batch.failure != null) {
                throw new IOException("audit log: " + batch.failure.getMessage(), batch.failure);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the audit record was written");
        } finally {
            lock.unlock();
        }
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
            Object oldKey = file.key();
            try {
                file.close();
            } finally {
                file = opener.open();
            }
            if (wasBroken && file.key().equals(oldKey) && file.size() > durable) {
                file.truncate(durable);
            }
            durable = recover(file);
            broken = null;
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
        file.close();
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
                while (waiting.isEmpty() && !isClosed) {
                    brought.awaitUninterruptibly();
                }
                if (waiting.isEmpty()) {
                    return;
                }
                if (lastBatches > 1 && !isClosed) {
                    gather();
                }
                writeWaiting();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Holds the lock, but not while it waits. */
    private void gather() {
        lock.unlock();
        try {
            LockSupport.parkNanos(GATHERING.toNanos());
        } finally {
            lock.lock();
        }
    }

    /** Holds the lock but while it writes. */
    private void writeWaiting() {
        List<Batch> batches = waiting;
        waiting = new ArrayList<>();
        lastBatches = batches.size();
        IOException failure = broken;
        if (failure == null) {
            isWriting = true;
            lock.unlock();
            try {
                append(file, batches);
            } catch (IOException failed) {
                failure = failed;
            } catch (RuntimeException | OutOfMemoryError failed) {
                // whoever waits must be told, and the next ones need a writer
                failure = new IOException(failed);
            } finally {
                lock.lock();
                isWriting = false;
            }
        }
        if (failure == null) {
            durable += batches.stream().mapToLong(batch -> batch.lines.length).sum();
        } else {
            broken = failure;
        }
        for (Batch batch : batches) {
            batch.failure = failure;
            batch.isDone = true;
            batch.settled.signal();
        }
        idle.signalAll();
    }

    private static void append(LogFile file, List<Batch> batches) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        batches.forEach(batch -> all.writeBytes(batch.lines));
        file.append(ByteBuffer.wrap(all.toByteArray()));
        file.force();
    }

    /** Cuts off an unfinished last line; the length that is left. */
    private static long recover(LogFile file) throws IOException {
        long end = file.size();
        long whole = endOfLastLine(file, end);
        if (whole < end) {
            LOG.warn("Audit log ended in an unfinished line, {} octets cut off", end - whole);
            file.truncate(whole);
        }
        // what a crash left whole may not be on disk yet
        file.force();
        return whole;
    }

    private static long endOfLastLine(LogFile file, long end) throws IOException {
        for (long to = end; to > 0; ) {
            int length = (int) Math.min(to, BLOCK);
            ByteBuffer block = ByteBuffer.allocate(length);
            file.read(block, to - length);
            for (int i = length - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return to - length + i + 1;
                }
            }
            to -= length;
        }
        return 0;
    }

    private static final class Batch {
        private final byte[] lines;
        // one for each: who waits for the next write need not be woken by this one
        private final Condition settled;
        private boolean isDone;
        private @Nullable IOException failure;

        Batch(byte[] lines, Condition settled) {
            this.lines = lines;
            this.settled = settled;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(JsonAuditLog.class);
    private static final Duration GATHERING = Duration.ofNanos(400_000);
    private static final int BLOCK = 8192;
    private static final byte[] BLANKS = " ".repeat(64 << 10).getBytes(StandardCharsets.US_ASCII);
}
