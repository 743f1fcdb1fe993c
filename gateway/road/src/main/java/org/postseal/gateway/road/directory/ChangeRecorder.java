package org.postseal.gateway.road.directory;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.ChangeLog;
import org.postseal.certstore.database.ChangeLog.Change;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.Turn;
import org.postseal.certstore.remote.sync.StopSignal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records the changes of the certificate store, which wait in its database until then. Thread-safe. */
final class ChangeRecorder {
    private final Optional<CertificateDatabase> database;
    private final ReentrantLock recording = new ReentrantLock();
    private final Semaphore changed = new Semaphore(0);
    /** True while changes cannot be recorded; under the lock {@link #recording}. */
    private boolean isUnrecorded;

    private volatile Optional<ChangeSink> sink = Optional.empty();

    ChangeRecorder(Optional<CertificateDatabase> database) {
        this.database = database;
    }

    /** From now on, records changes here. Returns true if there was no other place before. */
    boolean recordTo(ChangeSink log) {
        recording.lock();
        try {
            boolean isFirst = sink.isEmpty();
            sink = Optional.of(log);
            return isFirst;
        } finally {
            recording.unlock();
        }
    }

    boolean isRecording() {
        return sink.isPresent();
    }

    /** Lets another thread record the changes that wait, so that the caller does not wait for the disk. */
    void recordSoon() {
        changed.release();
    }

    /** Records changes until it is stopped. Those that another node did not get to record are looked for, too. */
    void keepRecording(StopSignal stop) {
        try {
            while (!stop.isRequested()) {
                boolean _ = changed.tryAcquire(DirectoryServices.BETWEEN_TURNS.toMillis(), TimeUnit.MILLISECONDS);
                int _ = changed.drainPermits();
                record();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Records the changes that wait, unless another node does so. If they cannot be recorded now, they wait. */
    void record() {
        recording.lock();
        try {
            if (sink.isPresent() && database.isPresent() && hasChanges(database.get())) {
                Optional<Turn> turn = database.get().turnOfFleet("change log");
                if (turn.isPresent()) {
                    try (Turn ours = turn.get()) {
                        record(database.get().changeLog(), sink.get(), ours);
                    }
                }
            }
            isUnrecorded = false;
        } catch (IOException | DatabaseException e) {
            if (!isUnrecorded) {
                LOG.error("changes of the directory cannot be recorded now: {}", e.getMessage());
            }
            isUnrecorded = true;
        } catch (RuntimeException e) {
            // Without the thread that calls this, no change would be recorded any more.
            LOG.error("changes of the directory cannot be recorded now", e);
        } finally {
            recording.unlock();
        }
    }

    private static boolean hasChanges(CertificateDatabase found) {
        return !found.changeLog().waiting(1).isEmpty();
    }

    private static void record(ChangeLog waiting, ChangeSink log, Turn turn) throws IOException {
        List<Change> changes = waiting.waiting(CHANGES_AT_ONCE);
        while (!changes.isEmpty() && turn.isHeld()) {
            log.record(changes);
            // A crash before this line records the changes twice, which is better than losing them.
            waiting.taken(changes.getLast().sequence());
            changes = waiting.waiting(CHANGES_AT_ONCE);
        }
    }

    private static final int CHANGES_AT_ONCE = 100;
    private static final Logger LOG = LoggerFactory.getLogger(ChangeRecorder.class);
}
