package org.postseal.gateway.admin.cli.directory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.postseal.certstore.remote.ldap.LdapConnections;
import org.postseal.certstore.remote.sync.StopSignal;
import org.postseal.certstore.remote.sync.SyncListener;
import org.postseal.certstore.remote.sync.SyncReport;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.config.DirectoryConfig;

/** Follows directory servers until it is asked to stop, with one thread for each server. */
final class CopyFollowing {
    private final CopyRound copies;
    private final boolean isJson;
    private final StopSignal stop = new StopSignal();
    private final ReentrantLock printing = new ReentrantLock();

    CopyFollowing(CopyRound copies, boolean isJson) {
        this.copies = copies;
        this.isJson = isJson;
    }

    /** Runs until it is asked to stop, or interrupted. */
    void run(List<DirectoryConfig.Mirror> mirrors, Consumer<Runnable> stops) {
        copies.recordFollowing(mirrors);
        stops.accept(stop::request);
        List<LdapConnections> open = new ArrayList<>();
        List<Thread> followers = new ArrayList<>();
        try {
            for (DirectoryConfig.Mirror mirror : mirrors) {
                LdapConnections connections = ServerChoice.connections(mirror.server());
                open.add(connections);
                followers.add(Thread.ofVirtual()
                        .name(mirror.sync().source())
                        .start(() -> copies.runner(mirror, connections)
                                .follow(stop, new Lines(mirror.server().name()))));
            }
            stop.await(FOR_EVER);
        } finally {
            stop.request();
            end(followers);
            open.forEach(LdapConnections::close);
        }
    }

    private static void end(List<Thread> followers) {
        // The interrupt has ended the wait above; cleared here, it does not disturb the joins
        boolean wasInterrupted = Thread.interrupted();
        for (Thread follower : followers) {
            try {
                follower.join(PATIENCE);
            } catch (InterruptedException again) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Prints a line for the first round and for each round that changed something. */
    private final class Lines implements SyncListener {
        private final String name;
        private boolean isKnown;

        Lines(String name) {
            this.name = name;
        }

        @Override
        public void synced(SyncReport report) {
            boolean changes = report.added() + report.changed() + report.deleted() > 0;
            if (changes || !isKnown) {
                isKnown = true;
                print(report);
            }
        }

        @Override
        public void failed(Exception cause, Duration retryIn) {
            isKnown = false;
            printing.lock();
            try {
                copies.store()
                        .warn(name + ": " + cause.getMessage() + "; tried again in " + retryIn.toSeconds() + " s");
            } finally {
                printing.unlock();
            }
        }

        private void print(SyncReport report) {
            printing.lock();
            try {
                copies.store()
                        .out()
                        .println(
                                isJson
                                        ? JsonText.line(SyncView.members(name, report))
                                        : copies.store().now() + " " + name + ": " + SyncView.counts(report));
                copies.store().out().flush();
            } finally {
                printing.unlock();
            }
        }
    }

    private static final Duration FOR_EVER = Duration.ofDays(36_500);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
}
