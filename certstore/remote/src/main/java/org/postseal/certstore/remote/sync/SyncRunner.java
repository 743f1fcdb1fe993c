package org.postseal.certstore.remote.sync;

import com.unboundid.ldap.sdk.LDAPConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.postseal.certstore.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Synchronises one source. Thread-safe. Only one round of a source runs at a time, across all processes. Other rounds
 * fail with {@link SyncFailure#IN_USE}.
 */
public final class SyncRunner {
    private static final Logger LOG = LoggerFactory.getLogger(SyncRunner.class);

    private final SyncSettings settings;
    private final DirectoryServer server;
    private final DirectoryMirror mirror;
    private final InstantSource time;

    public SyncRunner(SyncSettings settings, DirectoryServer server, DirectoryMirror mirror, InstantSource time) {
        this.settings = settings;
        this.server = server;
        this.mirror = mirror;
        this.time = time;
    }

    /**
     * Brings the mirror up to date.
     *
     * @param isForced whether to remove everything that is gone, even if it is more than the settings allow
     * @throws StoreUnavailableException when the mirror cannot be read or written
     */
    public SyncReport once(boolean isForced) throws SyncException {
        return once(isForced, false);
    }

    /**
     * Brings the mirror up to date like {@link #once(boolean)}.
     *
     * @param isFull whether to read everything anew, whatever the kept position
     */
    public SyncReport once(boolean isForced, boolean isFull) throws SyncException {
        SyncReport[] last = new SyncReport[1];
        round(new Round(isForced, isFull, false), new StopSignal(), report -> last[0] = report);
        return last[0];
    }

    /** Keeps the mirror up to date until the signal. A failure is reported and tried again, with growing pauses. */
    public void follow(StopSignal stop, SyncListener listener) {
        Duration[] backoff = {settings.minBackoff()};
        // A failure that a person must mend does not go away if the server is asked every minute, and each attempt may
        // read everything.
        Duration longest =
                shorter(settings.maxBackoff(), settings.pollInterval()).equals(settings.maxBackoff())
                        ? settings.pollInterval()
                        : settings.maxBackoff();
        while (!stop.isRequested()) {
            try {
                boolean waitsItself = round(new Round(false, false, true), stop, report -> {
                    backoff[0] = settings.minBackoff();
                    listener.synced(report);
                });
                if (!waitsItself) {
                    stop.await(settings.pollInterval());
                }
            } catch (SyncException | RuntimeException e) {
                // This is the border of the thread that follows the server. A single odd answer must not end it
                // unnoticed.
                if (!(e instanceof SyncException || e instanceof StoreUnavailableException)) {
                    LOG.error("{}: following its changes failed", settings.source(), e);
                }
                if (!stop.isRequested()) {
                    boolean needsSomebody =
                            e instanceof SyncException named && !named.failure().isTemporary();
                    Duration wait = needsSomebody ? longest : backoff[0];
                    listener.failed(e, wait);
                    stop.await(wait);
                    backoff[0] = shorter(backoff[0].multipliedBy(2), settings.maxBackoff());
                }
            }
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Says what a round shall do. */
    private record Round(boolean isForced, boolean isFull, boolean isFollowing) {}

    // Returns true if the method itself has waited for changes.
    private boolean round(Round round, StopSignal stop, Consumer<SyncReport> reports) throws SyncException {
        // The turn is taken before the position is read, since its present holder moves the position.
        try (DirectoryMirror.Turn _ = mirror.turn(settings.source())
                        .orElseThrow(() -> new SyncException(
                                SyncFailure.IN_USE, "another process keeps this copy up to date at the moment"));
                LDAPConnection connection =
                        server.connect(mirror.state(settings.source()).map(SyncState::server))) {
            RootDse rootDse = RootDse.read(connection, settings.responseTimeout());
            boolean isAuto = settings.method() == SyncMethod.AUTO;
            SyncMethod method = isAuto ? rootDse.bestMethod() : settings.method();
            try {
                return run(job(connection, rootDse, method, round, stop), method, round.isFollowing(), stop, reports);
            } catch (SyncException e) {
                if (!isAuto || method == SyncMethod.FULL || e.failure() != SyncFailure.METHOD_UNSUPPORTED) {
                    throw e;
                }
                SyncJob job = job(connection, rootDse, SyncMethod.FULL, round, stop);
                job.tally().note(method.text() + " does not work here: " + e.getMessage());
                return run(job, SyncMethod.FULL, round.isFollowing(), stop, reports);
            }
        }
    }

    private SyncJob job(LDAPConnection connection, RootDse rootDse, SyncMethod method, Round round, StopSignal stop) {
        return new SyncJob(settings, mirror, connection, rootDse, time, method, round.isForced(), round.isFull(), stop);
    }

    private static boolean run(
            SyncJob job, SyncMethod method, boolean isFollowing, StopSignal stop, Consumer<SyncReport> reports)
            throws SyncException {
        if (isFollowing && method == SyncMethod.SYNCREPL) {
            SyncreplSync.follow(job, stop, reports);
            return true;
        }
        SyncPass pass = switch (method) {
            case USN_CHANGED -> new UsnChangedSync();
            case DIR_SYNC -> new DirSyncSync();
            case SYNCREPL -> new SyncreplSync();
            case FULL -> new FullSync();
            case AUTO -> throw new IllegalStateException("chosen before");
        };
        reports.accept(pass.run(job));
        return false;
    }
}
