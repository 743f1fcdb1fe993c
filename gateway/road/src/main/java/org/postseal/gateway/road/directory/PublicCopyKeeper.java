package org.postseal.gateway.road.directory;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.PublicCopyWriter;
import org.postseal.certstore.remote.sync.StopSignal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the public copy of the certificates up to date. It writes the copy soon after a change and at least once an
 * hour, but spends only a small part of the time on it. A failed write is tried again. Mail waits for none of this.
 * Thread-safe.
 */
final class PublicCopyKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PublicCopyKeeper.class);

    private final Path file;
    private final Source source;
    private final InstantSource clock;
    private final Rhythm rhythm;
    private final StopSignal stop = new StopSignal();
    private volatile @Nullable Thread thread;
    private volatile PublicCopyState state = new PublicCopyState(Optional.empty(), false);

    PublicCopyKeeper(Path file, Source source, InstantSource clock) {
        this(file, source, clock, Rhythm.DEFAULT);
    }

    PublicCopyKeeper(Path file, Source source, InstantSource clock, Rhythm rhythm) {
        this.file = file;
        this.source = source;
        this.clock = clock;
        this.rhythm = rhythm;
    }

    /**
     * Says how much time passes between two copies.
     *
     * @param look the time between two looks for a change
     * @param shortest the shortest time between two copies
     * @param longest the longest time between two copies if nothing has changed
     */
    record Rhythm(Duration look, Duration shortest, Duration longest) {
        static final Rhythm DEFAULT = new Rhythm(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofHours(1));

        /**
         * Returns true if it is time for another copy.
         *
         * @param isChanged true if the last copy is out of date
         * @param since the time since the last copy was begun
         * @param took how long the last copy took
         */
        boolean isDue(boolean isChanged, Duration since, Duration took) {
            return since.compareTo(took.multipliedBy(SHARE)) >= 0
                    && since.compareTo(isChanged ? shortest : longest) >= 0;
        }

        private static final int SHARE = 20;
    }

    /** Gives the content of the copy. */
    interface Source {
        /**
         * Returns an object that differs from the last one if anything to be copied has changed, except for revocation
         * data.
         */
        Object state();

        Optional<CertificateDatabase> database();

        PublicCopyWriter.Beside beside();
    }

    /** Starts the thread, which writes the first copy at once. This is called once. */
    void start() {
        // The thread is no virtual one: SQLite is native code, and a large copy takes a while.
        Thread writer = Thread.ofPlatform().daemon().name("public-copy").unstarted(this::follow);
        thread = writer;
        writer.start();
    }

    /** Returns the state of the copy since {@link #start}. */
    PublicCopyState state() {
        return state;
    }

    /** Writes the copy now and returns its time. */
    Instant write() {
        Instant now = clock.instant();
        PublicCopyWriter.write(file, source.database(), source.beside(), now);
        return now;
    }

    private void follow() {
        Object written = new Object();
        long begun = System.nanoTime();
        Duration took = Duration.ZERO;
        boolean isFirst = true;
        do {
            long now = System.nanoTime();
            try {
                Object current = source.state();
                if (isFirst || rhythm.isDue(!current.equals(written), Duration.ofNanos(now - begun), took)) {
                    isFirst = false;
                    begun = now;
                    try {
                        succeeded(write());
                        written = current;
                    } finally {
                        took = Duration.ofNanos(System.nanoTime() - begun);
                    }
                }
            } catch (RuntimeException e) {
                // This is a border like that of a session. Whatever the fault is, mail goes on.
                failed(e);
            }
        } while (!stop.await(rhythm.look()));
    }

    private void succeeded(Instant time) {
        if (state.isFailing()) {
            LOG.info("the public copy of the certificates is written again");
        }
        state = new PublicCopyState(Optional.of(time), false);
    }

    private void failed(RuntimeException e) {
        if (!state.isFailing()) {
            LOG.warn(
                    "the public copy of the certificates cannot be written, the one before stays: {}",
                    e instanceof DatabaseException ? e.getMessage() : e.toString());
        }
        state = new PublicCopyState(state.written(), true);
    }

    @Override
    public void close() {
        stop.request();
        Thread writer = thread;
        if (writer == null) {
            return;
        }
        try {
            writer.join(LAST);
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
    }

    private static final Duration LAST = Duration.ofSeconds(5);
}
