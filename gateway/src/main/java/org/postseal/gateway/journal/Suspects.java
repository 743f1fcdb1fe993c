package org.postseal.gateway.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may take the road, and in whose company: a message that ends the process is tried three times, and takes nobody with it but at the first. Ordinary messages go together. Which were on their way when the
 * process ended are suspects: each goes alone, so that it alone is counted when the process ends again, and is one no longer when it has come to its end. Thread-safe.
 */
public final class Suspects implements AutoCloseable {
    /** Deaths after which a message is not looked into any more. */
    public static final int MOST_DEATHS = 3;

    private final Optional<SuspectFile> file;
    private final Duration patience;
    // fair: suspects are not kept waiting by whoever comes after them
    private final ReadWriteLock road = new ReentrantReadWriteLock(true);

    private Suspects(Optional<SuspectFile> file, Duration patience) {
        this.file = file;
        this.patience = patience;
    }

    /** Remembers nothing: everybody goes with everybody. */
    public static Suspects none() {
        return new Suspects(Optional.empty(), PATIENCE);
    }

    /**
     * Opens the file beside the journal; who was on the road when the process ended is counted now.
     *
     * @param retention of the journal
     */
    public static Suspects open(Path journal, Duration retention, InstantSource clock) throws JournalException {
        return open(journal, retention, clock, PATIENCE);
    }

    static Suspects open(Path journal, Duration retention, InstantSource clock, Duration patience)
            throws JournalException {
        SuspectFile file = SuspectFile.open(file(journal), retention, clock.instant());
        for (Suspect suspect : file.suspects()) {
            LOG.warn(
                    "the process has ended {} times with message {}: {}",
                    suspect.deaths(),
                    suspect.key().hex(),
                    suspect.deaths() < MOST_DEATHS ? "it is tried alone" : "it is not looked into any more");
        }
        return new Suspects(Optional.of(file), patience);
    }

    /** The file that belongs to this journal. */
    public static Path file(Path journal) {
        return journal.resolveSibling(journal.getFileName() + "-suspects");
    }

    /** What is said to a message that wants to take the road. */
    public sealed interface Answer {}

    /** It may, until this is closed. */
    public static final class Turn implements Answer, AutoCloseable {
        private final Runnable end;
        private final Runnable acquittal;
        private final boolean isPoison;

        private Turn(boolean isPoison, Runnable acquittal, Runnable end) {
            this.isPoison = isPoison;
            this.acquittal = acquittal;
            this.end = end;
        }

        /** Not to be looked into; only to be put somewhere else as it came. */
        public boolean isPoison() {
            return isPoison;
        }

        /** It has come to its end, whatever that is: no suspect any more. */
        public void survived() {
            acquittal.run();
        }

        @Override
        public void close() {
            end.run();
        }
    }

    /** It must be refused without another look: even putting it aside has ended the process. */
    public record Refused() implements Answer {}

    /** Not now: others took too long, or there are too many. */
    public record Late(String cause) implements Answer {}

    /** Waits for its turn, at most a time that no peer gives up in. By the thread that closes the turn. */
    public Answer enter(SuspectKey key) {
        if (file.isEmpty()) {
            return new Turn(false, () -> {}, () -> {});
        }
        int deaths = file.get().deaths(key);
        if (deaths > MOST_DEATHS) {
            return new Refused();
        }
        Lock lock = deaths == 0 ? road.readLock() : road.writeLock();
        if (!acquired(lock)) {
            return new Late("no turn within " + patience.toSeconds() + " s");
        }
        Optional<SuspectFile.Place> place = file.get().take(key);
        if (place.isEmpty()) {
            lock.unlock();
            return new Late("no place is free");
        }
        boolean isPoison = deaths == MOST_DEATHS;
        return new Turn(
                isPoison,
                () -> {
                    if (deaths > 0 && !isPoison) {
                        file.get().forget(key);
                    }
                },
                () -> {
                    place.get().close();
                    lock.unlock();
                });
    }

    @Override
    public void close() throws IOException {
        if (file.isPresent()) {
            file.get().close();
        }
    }

    private boolean acquired(Lock lock) {
        try {
            return lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Suspects.class);
    // Postfix gives a filter 100 s (smtpd_proxy_timeout)
    private static final Duration PATIENCE = Duration.ofSeconds(30);
}
