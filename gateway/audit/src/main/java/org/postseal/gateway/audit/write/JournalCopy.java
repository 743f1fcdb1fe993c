package org.postseal.gateway.audit.write;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.postseal.gateway.audit.CopiedRecords;
import org.postseal.gateway.audit.CopyState;
import org.postseal.gateway.audit.record.RecordField;
import org.postseal.gateway.audit.systemd.JournalSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies records that are on disk to systemd's journal on this machine. The thread that brings records never waits:
 * they stand in a queue of {@link #ROOM} octets, and another thread sends them. A record that finds no room in the
 * queue, or that the journal does not take, is lost. It is counted and reported in the log, and not sent again, since a
 * journal that is stopped must not fill our memory. Thread-safe.
 */
final class JournalCopy implements AutoCloseable {
    private final Path journal;
    private final CopiedRecords records;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final Thread sender;
    /** Only the sending thread uses it. */
    private Optional<JournalSocket> connection = Optional.empty();

    private long octets;
    private long sent;
    private long lost;
    private long told;
    private long toldAt = System.nanoTime() - TELL_EVERY.toNanos();
    /** Only the sending thread uses it. */
    private boolean isDown;

    private boolean isClosed;

    private JournalCopy(Path journal, CopiedRecords records) {
        this.journal = journal;
        this.records = records;
        this.sender = Thread.ofPlatform().name("audit-copy").daemon().unstarted(this::send);
    }

    /**
     * Begins to copy, whether or not a journal is there.
     *
     * @param journal the socket of the journal
     */
    static JournalCopy open(Path journal, CopiedRecords records) {
        JournalCopy copy = new JournalCopy(journal, records);
        copy.sender.start();
        return copy;
    }

    /** Returns what takes records of the log of this name, in whole lines. */
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
                if (records == CopiedRecords.ALL || isCheckpoint(line)) {
                    put(JournalEntry.of(log, line));
                }
            }
        }
    }

    // In a value the quotes would be escaped, so only the field itself matches.
    private static boolean isCheckpoint(byte[] line) {
        return new String(line, ISO_8859_1).contains("\"event.action\":\"" + RecordField.CHECKPOINT + "\"");
    }

    private void put(byte[] entry) {
        lock.lock();
        try {
            if (isClosed || octets + entry.length > ROOM) {
                lose(1);
                return;
            }
            waiting.add(entry);
            octets += entry.length;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Counts lost records; the caller holds the lock. */
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
                    name(),
                    lost);
            told = lost;
            toldAt = System.nanoTime();
        }
    }

    /** Runs the sending thread. */
    private void send() {
        for (Optional<byte[]> next = next(); next.isPresent(); next = next()) {
            boolean isSent = isTaken(next.get());
            lock.lock();
            try {
                if (isSent) {
                    sent++;
                } else {
                    lose(1);
                }
            } finally {
                lock.unlock();
            }
        }
        drop();
    }

    /** Waits for the next entry; empty when the log is closed and nothing is left to send. */
    private Optional<byte[]> next() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !isClosed) {
                changed.awaitUninterruptibly();
            }
            Optional<byte[]> next = Optional.ofNullable(waiting.poll());
            octets -= next.map(entry -> entry.length).orElse(0);
            return next;
        } finally {
            lock.unlock();
        }
    }

    private boolean isTaken(byte[] entry) {
        try {
            if (connection.isEmpty()) {
                connection = Optional.of(JournalSocket.open(journal.toString()));
            }
            connection.get().send(entry);
            if (isDown) {
                isDown = false;
                LOG.info("Copy of the audit log: {} takes it again", name());
            }
            return true;
        } catch (IOException e) {
            drop();
            if (!isDown) {
                isDown = true;
                LOG.warn("Copy of the audit log: {} does not take it: {}", name(), e.getMessage());
            }
            return false;
        }
    }

    private String name() {
        return "systemd's journal (" + journal + ")";
    }

    private void drop() {
        Optional<JournalSocket> old = connection;
        connection = Optional.empty();
        old.ifPresent(JournalSocket::close);
    }

    /** Sends what waits, for a few seconds. What is left then is lost. */
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
                clear();
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

    static final Path SOCKET = Path.of("/run/systemd/journal/socket");
    private static final Logger LOG = LoggerFactory.getLogger(JournalCopy.class);
    private static final long ROOM = 16L << 20;
    private static final Duration LAST = Duration.ofSeconds(5);
    private static final Duration TELL_EVERY = Duration.ofMinutes(1);
}
