package org.postseal.gateway.smtp.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits how many connections may be let in at a time over all listeners, so that the open files of the process are
 * enough for all. A connection needs one file for its socket, and another one if its message is too large for memory. A
 * process that has none left can neither write to the journal nor reach the next hop, and a class that it fails to load
 * then stays missing until it restarts. Thread-safe.
 */
public final class ConnectionPlaces {
    private static final ConnectionPlaces OF_PROCESS = new ConnectionPlaces(mostOpenFiles());

    private final int limit;
    private final long openFiles;
    private final AtomicInteger taken = new AtomicInteger();
    private final Semaphore sockets;

    /** @param openFiles how many files the process may have open at a time */
    ConnectionPlaces(long openFiles) {
        this.openFiles = openFiles;
        this.limit = Math.clamp((openFiles - FOR_THE_REST) / FOR_ONE, 1, 1_000_000);
        this.sockets = new Semaphore(limit + sentAwayAtATime());
    }

    public static ConnectionPlaces ofProcess() {
        return OF_PROCESS;
    }

    public int limit() {
        return limit;
    }

    /** Returns how many files the process may have open at a time. */
    public long openFiles() {
        return openFiles;
    }

    /** Returns how many peers may be sent away with a reply at a time. */
    int sentAwayAtATime() {
        return Math.clamp(openFiles / 16, 1, MOST_SENT_AWAY);
    }

    /**
     * Waits until there is room for one more socket, whether or not its peer will be let in. Sockets that are accepted
     * faster than they are answered would use up all files. The caller must call {@link #closed} afterwards.
     */
    void awaitSocket() throws InterruptedException {
        sockets.acquire();
    }

    void closed() {
        sockets.release();
    }

    /** Returns which part of the places is taken, 0 to 1. */
    public double share() {
        return (double) taken.get() / limit;
    }

    /**
     * Takes a place, and returns false if none is left. If it returns true, the caller must call {@link #giveBack}
     * afterwards.
     */
    boolean take() {
        return taken.getAndUpdate(now -> now < limit ? now + 1 : now) < limit;
    }

    void giveBack() {
        taken.decrementAndGet();
    }

    private static long mostOpenFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    private static final int MOST_SENT_AWAY = 100;
    private static final int FOR_ONE = 2;
    // The rest is for jars, the journal, logs and the database; for connections to next hops, directory servers and
    // revocation; and for peers that are being sent away.
    private static final int FOR_THE_REST = 128;
}
