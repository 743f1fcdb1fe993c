package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchScope;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps open connections, and the order in which servers are tried. Thread-safe; blocking calls are made outside its
 * lock.
 */
final class LdapPool implements AutoCloseable {
    private final LdapSettings settings;
    private final LdapConnector connector;
    private final Semaphore places;
    private final Deque<Kept> idle = new ArrayDeque<>();
    private final Map<LdapUrl, Long> downSince = new HashMap<>();
    private boolean isClosed;

    LdapPool(LdapSettings settings, LdapConnector connector) {
        this.settings = settings;
        this.connector = connector;
        this.places = new Semaphore(settings.limits().connections(), true);
    }

    private record Kept(
            LdapUrl url, LdapConnector.Attempt attempt, LDAPConnection connection, long madeAt, long usedAt) {
        void close() {
            attempt.abort();
            connection.closeWithoutUnbind();
        }
    }

    <T> T read(LdapLease lease, LdapWork<T> work) throws LdapFailureException {
        takePlace(lease);
        try {
            Optional<Kept> kept = healthy(lease);
            if (kept.isPresent()) {
                try {
                    return use(kept.get(), lease, work);
                } catch (BrokenException e) {
                    // A restart or a firewall that broke this connection has broken the others to that server too.
                    forget(kept.get().url());
                    if (lease.deadline().isOver()) {
                        throw e.named();
                    }
                }
            }
            return onFresh(lease, work);
        } finally {
            places.release();
        }
    }

    <T> T write(LdapLease lease, LdapWork<T> work) throws LdapFailureException {
        takePlace(lease);
        try {
            return use(open(lease, true), lease, work);
        } catch (BrokenException e) {
            throw e.named();
        } finally {
            places.release();
        }
    }

    /** Opens a connection outside the pool; the caller counts and closes it. */
    LDAPConnection connect(LdapLease lease, boolean isSynchronous) throws LdapFailureException {
        Kept made = open(lease, isSynchronous);
        lease.off();
        return made.connection();
    }

    private void takePlace(LdapLease lease) throws LdapFailureException {
        try {
            if (!places.tryAcquire(lease.deadline().remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new LdapFailureException(LdapFailure.BUSY, settings.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LdapFailureException(LdapFailure.BUSY, settings.name(), e);
        }
    }

    private <T> T use(Kept kept, LdapLease lease, LdapWork<T> work) throws LdapFailureException, BrokenException {
        boolean isSound = false;
        try {
            lease.on(kept.attempt());
            T result = work.run(kept.connection(), lease.deadline());
            isSound = true;
            return result;
        } catch (LDAPException e) {
            if (isBroken(e)) {
                throw new BrokenException(LdapErrors.named(kept.url(), e));
            }
            isSound = true;
            throw LdapErrors.named(kept.url(), e);
        } catch (LdapFailureException e) {
            isSound = true;
            throw e;
        } finally {
            if (lease.off() && isSound) {
                keep(kept);
            } else {
                kept.close();
            }
        }
    }

    private static boolean isBroken(LDAPException e) {
        return !e.getResultCode().isConnectionUsable() || e.getResultCode().equals(ResultCode.TIMEOUT);
    }

    private <T> T onFresh(LdapLease lease, LdapWork<T> work) throws LdapFailureException {
        List<LdapFailureException> failures = new ArrayList<>();
        for (LdapUrl url : inOrder()) {
            if (lease.deadline().isOver()) {
                break;
            }
            try {
                return use(open(lease, url, true), lease, work);
            } catch (BrokenException e) {
                markDown(url, e.named());
                failures.add(e.named());
            }
        }
        throw together(failures);
    }

    private Kept open(LdapLease lease, boolean isSynchronous) throws LdapFailureException {
        List<LdapFailureException> failures = new ArrayList<>();
        for (LdapUrl url : inOrder()) {
            if (lease.deadline().isOver()) {
                break;
            }
            try {
                return open(lease, url, isSynchronous);
            } catch (BrokenException e) {
                markDown(url, e.named());
                failures.add(e.named());
            }
        }
        throw together(failures);
    }

    private Kept open(LdapLease lease, LdapUrl url, boolean isSynchronous)
            throws LdapFailureException, BrokenException {
        LdapConnector.Attempt attempt = connector.attempt(url);
        lease.on(attempt);
        try {
            LDAPConnection connection = attempt.open(lease.deadline(), isSynchronous);
            synchronized (this) {
                downSince.remove(url);
            }
            long now = System.nanoTime();
            return new Kept(url, attempt, connection, now, now);
        } catch (LdapFailureException e) {
            switch (e.failure()) {
                // A wrong password is wrong on every server, and each further attempt counts towards a lock-out.
                case CREDENTIALS_REFUSED, MISCONFIGURED -> throw e;
                default -> throw new BrokenException(e);
            }
        }
    }

    private LdapFailureException together(List<LdapFailureException> failures) {
        if (failures.isEmpty()) {
            return new LdapFailureException(LdapFailure.TIMED_OUT, settings.name());
        }
        LdapFailureException first = failures.getFirst();
        if (failures.size() == 1) {
            return first;
        }
        String words = failures.stream().map(LdapFailureException::getMessage).collect(Collectors.joining("; "));
        return new LdapFailureException(first.failure(), words, first);
    }

    /**
     * Returns the servers as configured, but those that failed a moment ago come last, since each would cost its time
     * limit again.
     */
    private synchronized List<LdapUrl> inOrder() {
        List<LdapUrl> urls = new ArrayList<>(settings.servers().urls());
        long now = System.nanoTime();
        downSince.values().removeIf(since -> now - since > DOWN.toNanos());
        urls.sort(Comparator.comparing(downSince::containsKey));
        return urls;
    }

    private void markDown(LdapUrl url, LdapFailureException why) {
        LOG.warn("{}: {}", settings.name(), why.getMessage());
        synchronized (this) {
            downSince.put(url, System.nanoTime());
        }
    }

    private Optional<Kept> healthy(LdapLease lease) {
        for (Kept kept = poll(); kept != null; kept = poll()) {
            long now = System.nanoTime();
            boolean isOld = now - kept.madeAt() > MAX_AGE.toNanos()
                    || !kept.connection().isConnected();
            if (!isOld && (now - kept.usedAt() < RESTED.toNanos() || answers(kept, lease))) {
                return Optional.of(kept);
            }
            kept.close();
        }
        return Optional.empty();
    }

    private static boolean answers(Kept kept, LdapLease lease) {
        SearchRequest request = new SearchRequest(
                "", SearchScope.BASE, Filter.createPresenceFilter("objectClass"), SearchRequest.NO_ATTRIBUTES);
        request.setResponseTimeoutMillis(lease.deadline().socketMillis(CHECK));
        try {
            lease.on(kept.attempt());
            kept.connection().search(request);
            return true;
        } catch (LDAPException e) {
            // A server that does not show us its root DSE is still up.
            return !isBroken(e);
        } catch (LdapFailureException givenUp) {
            return false;
        }
    }

    private synchronized @Nullable Kept poll() {
        return idle.pollFirst();
    }

    private void keep(Kept kept) {
        synchronized (this) {
            if (!isClosed) {
                idle.addFirst(
                        new Kept(kept.url(), kept.attempt(), kept.connection(), kept.madeAt(), System.nanoTime()));
                return;
            }
        }
        kept.close();
    }

    private void forget(LdapUrl url) {
        List<Kept> stale;
        synchronized (this) {
            stale = idle.stream().filter(kept -> kept.url().equals(url)).toList();
            idle.removeAll(stale);
        }
        stale.forEach(Kept::close);
    }

    @Override
    public void close() {
        List<Kept> all;
        synchronized (this) {
            isClosed = true;
            all = List.copyOf(idle);
            idle.clear();
        }
        all.forEach(Kept::close);
    }

    /** Reports that the connection is broken. Another one may work. */
    private static final class BrokenException extends Exception {
        private static final long serialVersionUID = 1;

        private final LdapFailureException named;

        BrokenException(LdapFailureException named) {
            super(named);
            this.named = named;
        }

        LdapFailureException named() {
            return named;
        }
    }

    /**
     * A kept connection that was idle for longer than this is checked before use, since firewalls drop idle connections
     * silently.
     */
    private static final Duration RESTED = Duration.ofSeconds(10);
    /** The time limit of that check. */
    private static final Duration CHECK = Duration.ofSeconds(2);
    /** The age after which a connection is replaced, so that a preferred server that came back is used again. */
    private static final Duration MAX_AGE = Duration.ofMinutes(10);
    /** The time for which a server that failed comes last. */
    private static final Duration DOWN = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(LdapPool.class);
}
