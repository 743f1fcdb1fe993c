package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.postseal.gateway.audit.CopyConfig.Records;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends records that are on disk to somebody else. Whoever brings them never waits: they stand in a queue of {@link #ROOM} octets, from which one thread sends, and what finds no
 * room in it is lost, counted and told. Over TCP a message whose connection broke is sent again over the next one, so that it may arrive twice; what the system had taken when the
 * connection broke may not arrive at all. Numbers and hashes of the records show both. Thread-safe.
 */
final class RecordCopy implements AutoCloseable {
    private final CopyTarget target;
    private final Records records;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final Thread sender;
    private volatile Optional<CopyTarget.Connection> connection = Optional.empty();
    private long octets;
    private long sent;
    private long lost;
    private long told;
    private long toldAt = System.nanoTime() - TELL_EVERY.toNanos();
    private boolean isDown;
    private boolean isClosed;

    private RecordCopy(CopyTarget target, Records records) {
        this.target = target;
        this.records = records;
        this.sender = Thread.ofPlatform().name("audit-copy").daemon().unstarted(this::send);
    }

    /** Begins; whether anybody is there is not asked. */
    static RecordCopy open(CopyTarget target, Records records) {
        RecordCopy copy = new RecordCopy(target, records);
        copy.sender.start();
        return copy;
    }

    /**
     * Takes records of a log, whole lines.
     *
     * @param log its name
     */
    Consumer<byte[]> of(String log) {
        return lines -> take(log, lines);
    }

    CopyState state() {
        lock.lock();
        try {
            return new CopyState(sent, lost, waiting.size());
        } finally {
            lock.unlock();
        }
    }

    private void take(String log, byte[] lines) {
        int start = 0;
        for (int i = 0; i < lines.length; i++) {
            if (lines[i] == '\n') {
                byte[] line = Arrays.copyOfRange(lines, start, i);
                start = i + 1;
                if (records == Records.ALL || isCheckpoint(line)) {
                    put(target.message(log, line));
                }
            }
        }
    }

    // in a value the quotes would be escaped
    private static boolean isCheckpoint(byte[] line) {
        return new String(line, ISO_8859_1).contains("\"event.action\":\"" + Checkpoint.ACTION + "\"");
    }

    private void put(byte[] message) {
        lock.lock();
        try {
            if (isClosed || octets + message.length > ROOM) {
                lose(1);
                return;
            }
            waiting.add(message);
            octets += message.length;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Holds the lock. Tells the first one, then how many from time to time. */
    private void lose(int count) {
        lost += count;
        if (System.nanoTime() - toldAt >= TELL_EVERY.toNanos()) {
            tell();
        }
    }

    private void tell() {
        if (lost > told) {
            LOG.warn(
                    "Copy of the audit log: {} records were not sent to {}, {} since the start",
                    lost - told,
                    target.name(),
                    lost);
            told = lost;
            toldAt = System.nanoTime();
        }
    }

    /** The sender's life. */
    private void send() {
        for (Optional<byte[]> next = next(); next.isPresent(); next = next()) {
            boolean isSent = deliver(next.get());
            lock.lock();
            try {
                if (isSent) {
                    sent++;
                } else {
                    lose(1);
                    // a server that does not take this one is not waited for again
                    giveUpIfClosed();
                }
            } finally {
                lock.unlock();
            }
        }
        drop();
    }

    /** Empty when there is nothing to send any more. */
    private Optional<byte[]> next() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !isClosed) {
                changed.awaitUninterruptibly();
            }
            Optional<byte[]> next = Optional.ofNullable(waiting.poll());
            octets -= next.map(message -> message.length).orElse(0);
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Whether it was sent. Tries until it is, over TCP; when the log is closed, no longer. */
    private boolean deliver(byte[] message) {
        Duration pause = FIRST_PAUSE;
        while (true) {
            boolean wasOpen = connection.isPresent();
            try {
                CopyTarget.Connection open = connection();
                open.send(message);
                up();
                return true;
            } catch (IOException e) {
                drop();
                down(e);
            }
            if (!target.isTriedAgain()) {
                return false;
            }
            // one that was open may only have been ended by a server that is there
            if (!wasOpen) {
                if (!pause(pause)) {
                    return false;
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    private CopyTarget.Connection connection() throws IOException {
        if (connection.isEmpty()) {
            connection = Optional.of(target.open());
        }
        return connection.get();
    }

    private void drop() {
        Optional<CopyTarget.Connection> old = connection;
        connection = Optional.empty();
        old.ifPresent(RecordCopy::close);
    }

    private static void close(CopyTarget.Connection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("Copy of the audit log: {}", e.getMessage());
        }
    }

    private void up() {
        if (isDown) {
            isDown = false;
            LOG.info("Copy of the audit log: {} takes it again", target.name());
        }
    }

    private void down(IOException e) {
        if (!isDown) {
            isDown = true;
            LOG.warn(
                    "Copy of the audit log: {} does not take it, it is tried again: {}", target.name(), e.getMessage());
        }
    }

    /** False when the log was closed meanwhile. */
    private boolean pause(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (left > 0 && !isClosed) {
                left = changed.awaitNanos(left);
            }
            return !isClosed;
        } catch (InterruptedException nobodyInterruptsIt) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Sends what waits, for a few seconds; what is left then is lost. */
    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (!sender.join(LAST)) {
                // whatever hangs ends by this
                clear();
                connection.ifPresent(RecordCopy::close);
                boolean _ = sender.join(LAST);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        lock.lock();
        try {
            tell();
        } finally {
            lock.unlock();
        }
    }

    /** Holds the lock. */
    private void giveUpIfClosed() {
        if (isClosed && target.isTriedAgain()) {
            clear();
        }
    }

    private void clear() {
        lock.lock();
        try {
            lose(waiting.size());
            waiting.clear();
            octets = 0;
        } finally {
            lock.unlock();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(RecordCopy.class);
    static final long ROOM = 16L << 20;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LAST = Duration.ofSeconds(5);
    private static final Duration TELL_EVERY = Duration.ofMinutes(1);
}
