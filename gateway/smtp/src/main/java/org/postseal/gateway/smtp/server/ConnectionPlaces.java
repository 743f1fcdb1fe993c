package org.postseal.gateway.smtp.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections may be let in at a time over all listeners, so that open files are enough for each: one is its socket, one a message that memory is too small for. A process that has none left
 * can neither write to the journal nor reach the next hop, and a class that cannot be loaded then stays unknown to it. Thread-safe.
 */
public final class ConnectionPlaces {
    private static final ConnectionPlaces OF_PROCESS = new ConnectionPlaces(mostOpenFiles());

    private final int limit;
    private final long openFiles;
    private final AtomicInteger taken = new AtomicInteger();
    private final Semaphore sockets;

    /** @param openFiles that there may be at a time */
    ConnectionPlaces(long openFiles) {
        this.openFiles = openFiles;
        this.limit = Math.clamp((openFiles - FOR_THE_REST) / FOR_ONE, 1, 1_000_000);
        this.sockets = new Semaphore(limit + sentAwayAtATime());
    }

    /** Those of this process. */
    public static ConnectionPlaces ofProcess() {
        return OF_PROCESS;
    }

    /** How many there are. */
    public int limit() {
        return limit;
    }

    /** How many files the process may have open at a time. */
    public long openFiles() {
        return openFiles;
    }

    /** How many may be sent away with a reply at a time. */
    int sentAwayAtATime() {
        return Math.clamp(openFiles / 16, 1, MOST_SENT_AWAY);
    }

    /** Waits until there is room for one more socket, of whoever it will be: what is accepted faster than it is answered would use up all files. {@link #closed} is owed. */
    void awaitSocket() throws InterruptedException {
        sockets.acquire();
    }

    void closed() {
        sockets.release();
    }

    /** Which part of them is taken, 0 to 1. */
    public double share() {
        return (double) taken.get() / limit;
    }

    /** False when there is none left; else {@link #giveBack} is owed. */
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
    // Jars, journal, logs and database; connections to next hops, directories and revocation; who is being sent away
    private static final int FOR_THE_REST = 128;
}
