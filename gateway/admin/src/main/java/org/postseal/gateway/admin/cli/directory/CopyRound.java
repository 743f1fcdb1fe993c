package org.postseal.gateway.admin.cli.directory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Mirrors;
import org.postseal.certstore.remote.ldap.LdapConnections;
import org.postseal.certstore.remote.sync.DatabaseMirror;
import org.postseal.certstore.remote.sync.DirectoryServer;
import org.postseal.certstore.remote.sync.StopSignal;
import org.postseal.certstore.remote.sync.SyncException;
import org.postseal.certstore.remote.sync.SyncFailure;
import org.postseal.certstore.remote.sync.SyncReport;
import org.postseal.certstore.remote.sync.SyncRunner;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.config.DirectoryConfig;

/** Copies directory servers into the database. Thread-safe. */
record CopyRound(StoreAccess store, CertificateDatabase database, String note) {
    /**
     * The result for one server.
     *
     * @param state where the copy stands now; empty if it was never filled
     */
    record Done(
            String name, Optional<SyncReport> report, Optional<Failure> failure, Optional<Mirrors.SyncState> state) {}

    /** Why the copy failed, and what to do about it. */
    record Failure(SyncFailure kind, String cause, String hint) {}

    /** Copies a server once. Waits a little if another process is copying it. */
    Done once(DirectoryConfig.Mirror mirror, boolean isForced, boolean isFull) {
        String name = mirror.server().name();
        String source = mirror.sync().source();
        try (LdapConnections connections = ServerChoice.connections(mirror.server())) {
            SyncReport report = patiently(runner(mirror, connections), isForced, isFull);
            store.record(database, note, "directory-sync", source, SyncView.details(report));
            return new Done(
                    name,
                    Optional.of(report),
                    Optional.empty(),
                    database.mirrors().state(source));
        } catch (SyncException e) {
            Failure failure =
                    new Failure(e.failure(), String.valueOf(e.getMessage()), ServerHints.of(e.failure(), name));
            return new Done(
                    name,
                    Optional.empty(),
                    Optional.of(failure),
                    database.mirrors().state(source));
        }
    }

    SyncRunner runner(DirectoryConfig.Mirror mirror, LdapConnections connections) {
        return new SyncRunner(
                mirror.sync(),
                DirectoryServer.of(connections),
                new DatabaseMirror(database, store.clock()),
                store.clock());
    }

    private SyncReport patiently(SyncRunner runner, boolean isForced, boolean isFull) throws SyncException {
        long end = System.nanoTime() + store.patience().toNanos();
        StopSignal never = new StopSignal();
        while (true) {
            try {
                return runner.once(isForced, isFull);
            } catch (SyncException e) {
                if (e.failure() != SyncFailure.IN_USE || System.nanoTime() > end || never.await(BETWEEN)) {
                    throw e;
                }
            }
        }
    }

    private static final Duration BETWEEN = Duration.ofMillis(100);

    void recordFollowing(List<DirectoryConfig.Mirror> mirrors) {
        for (DirectoryConfig.Mirror mirror : mirrors) {
            store.record(database, note, "directory-sync", mirror.sync().source(), List.of("follows the server"));
        }
    }
}
