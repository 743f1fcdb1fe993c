package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postseal.certstore.fetch.Deadline;

/**
 * Holds the connections to a directory server, or to several with the same content. They are limited in number and
 * time, kept for the next look-up, checked after they were idle, and opened to the next server if one is down.
 * Thread-safe.
 *
 * <p>Each piece of work runs on its own virtual thread, and the caller waits no longer than the limit. Work that then
 * still hangs, in a name server or in a handshake fed octet by octet, loses its socket. It keeps its place in the pool
 * until it has ended, so that a bad server cannot pile up threads.
 */
public final class LdapConnections implements AutoCloseable {
    private final LdapSettings settings;
    private final LdapConnector connector;
    private final LdapPool pool;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Reads the trust file. No connection is opened yet.
     *
     * @throws LdapFailureException as MISCONFIGURED if the settings have a problem or the file cannot be used
     */
    public LdapConnections(LdapSettings settings) throws LdapFailureException {
        if (!settings.problems().isEmpty()) {
            throw new LdapFailureException(LdapFailure.MISCONFIGURED, String.join("; ", settings.problems()));
        }
        this.settings = settings;
        this.connector = new LdapConnector(settings);
        this.pool = new LdapPool(settings, connector);
    }

    public LdapSettings settings() {
        return settings;
    }

    /** Reads within the total time limit of the settings. If a connection breaks, the work runs again on another. */
    public <T> T read(LdapWork<T> work) throws LdapFailureException {
        return read(settings.limits().total(), work);
    }

    public <T> T read(Duration limit, LdapWork<T> work) throws LdapFailureException {
        return run(limit, work, false);
    }

    /**
     * Makes a change on a fresh connection. The work runs only once, because nobody knows whether a change was made if
     * no answer comes.
     */
    public <T> T write(LdapWork<T> work) throws LdapFailureException {
        return run(settings.limits().total(), work, true);
    }

    /**
     * Opens a bound connection outside the pool, for a long conversation (syncrepl) or for one that must stay with one
     * server (DirSync, uSNChanged). The connection is not in synchronous mode. Its response time limit is that of the
     * settings and can be set for each request. The caller closes it.
     */
    public LDAPConnection connect() throws LdapFailureException {
        return bounded(settings.limits().total(), "connection", lease -> pool.connect(lease, false));
    }

    /**
     * Tries one of the servers step by step on a separate connection, within the total time limit. The last step
     * returned is the one that failed, or the search base if all went well.
     *
     * @param rootDse returns the words about the server for the step of the root DSE
     */
    public List<ProbeStep> probe(LdapUrl url, LdapWork<String> rootDse) {
        LdapProbe probe = new LdapProbe(settings, url, connector, rootDse);
        try {
            bounded(settings.limits().total(), "answer", probe::run);
        } catch (LdapFailureException e) {
            probe.failed(e);
        }
        return probe.steps();
    }

    /** Closes all connections. Work in progress fails. */
    @Override
    public void close() {
        pool.close();
        threads.shutdownNow();
    }

    private <T> T run(Duration limit, LdapWork<T> work, boolean isWrite) throws LdapFailureException {
        return bounded(limit, "answer", lease -> isWrite ? pool.write(lease, work) : pool.read(lease, work));
    }

    private interface Leased<T> {
        T run(LdapLease lease) throws LdapFailureException;
    }

    private <T> T bounded(Duration limit, String what, Leased<T> task) throws LdapFailureException {
        LdapLease lease = new LdapLease(Deadline.in(limit));
        Future<T> future;
        try {
            future = threads.submit(() -> task.run(lease));
        } catch (RejectedExecutionException e) {
            throw new LdapFailureException(LdapFailure.CLOSED, settings.name(), e);
        }
        try {
            return future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new LdapFailureException(
                    LdapFailure.TIMED_OUT, settings.name() + ": no " + what + " within " + limit.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LdapFailureException(LdapFailure.FAILED, "interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LdapFailureException named) {
                // The exception of the other thread, with its stack trace, stays the cause.
                throw named.again();
            }
            throw new LdapFailureException(LdapFailure.FAILED, settings.name(), e.getCause());
        } finally {
            lease.release(future);
        }
    }
}
