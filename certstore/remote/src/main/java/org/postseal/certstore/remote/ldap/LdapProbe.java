package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.postseal.certstore.fetch.Deadline;

/**
 * Tries one server once, step by step, from the connection to the search base. Thread-safe, so that another thread may
 * ask how far it has come.
 */
final class LdapProbe {
    private final LdapSettings settings;
    private final LdapUrl url;
    private final LdapConnector connector;
    private final LdapWork<String> rootDse;
    private final List<ProbeStep> steps = new ArrayList<>();
    private long since = System.nanoTime();
    private boolean isOver;

    LdapProbe(LdapSettings settings, LdapUrl url, LdapConnector connector, LdapWork<String> rootDse) {
        this.settings = settings;
        this.url = url;
        this.connector = connector;
        this.rootDse = rootDse;
    }

    /** Runs the steps. A failure is thrown, and the caller hands it to {@link #failed}. */
    boolean run(LdapLease lease) throws LdapFailureException {
        LdapConnector.Attempt attempt = connector.attempt(url);
        lease.on(attempt);
        try (LDAPConnection connection = attempt.open(lease.deadline(), true, this::opened)) {
            done(ProbeStep.Kind.ROOT_DSE, rootDse.run(connection, lease.deadline()));
            base(connection, lease.deadline());
            return true;
        } catch (LDAPException e) {
            throw LdapErrors.named(url, e);
        }
    }

    /** Notes that the probe ended with this failure. */
    synchronized void failed(LdapFailureException cause) {
        boolean isTls = cause.failure() == LdapFailure.UNTRUSTED || cause.failure() == LdapFailure.NO_TLS;
        if (isTls && steps.isEmpty()) {
            // With ldaps the library connects and begins TLS in one step.
            done(ProbeStep.Kind.CONNECT, "");
        }
        Set<ProbeStep.Kind> left = EnumSet.allOf(ProbeStep.Kind.class);
        steps.forEach(step -> left.remove(step.kind()));
        left.stream().findFirst().ifPresent(kind -> add(kind, Optional.of(cause.failure()), cause.getMessage()));
        isOver = true;
    }

    synchronized List<ProbeStep> steps() {
        return List.copyOf(steps);
    }

    private void opened(ProbeStep.Kind kind, LDAPConnection connection) {
        done(
                kind,
                switch (kind) {
                    case CONNECT -> "";
                    case TLS -> tls(Optional.ofNullable(connection.getSSLSession()));
                    case BIND ->
                        settings.credentials()
                                .map(credentials -> "as " + credentials.bindDn())
                                .orElse("not done: anonymous");
                    case ROOT_DSE, BASE -> throw new IllegalStateException("not a part of opening");
                });
    }

    private static String tls(Optional<SSLSession> session) {
        if (session.isEmpty()) {
            return "not used: everything crosses the network in the clear";
        }
        try {
            Certificate[] chain = session.get().getPeerCertificates();
            String until = chain.length > 0 && chain[0] instanceof X509Certificate certificate
                    ? ", certificate until "
                            + certificate
                                    .getNotAfter()
                                    .toInstant()
                                    .atZone(ZoneOffset.UTC)
                                    .toLocalDate()
                    : "";
            return session.get().getProtocol() + until;
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException("the handshake has verified it", e);
        }
    }

    private void base(LDAPConnection connection, Deadline deadline) throws LDAPException, LdapFailureException {
        String base = settings.query().base();
        if (base.isEmpty()) {
            done(ProbeStep.Kind.BASE, "none: everything the server has is searched");
            return;
        }
        if (Entries.byDn(connection, deadline, base, "objectClass") == null) {
            throw new LdapFailureException(LdapFailure.NO_BASE, url + " " + base);
        }
        done(ProbeStep.Kind.BASE, base);
    }

    private synchronized void done(ProbeStep.Kind kind, String words) {
        if (!isOver) {
            add(kind, Optional.empty(), words);
        }
    }

    private void add(ProbeStep.Kind kind, Optional<LdapFailure> failure, String words) {
        long now = System.nanoTime();
        steps.add(new ProbeStep(kind, Duration.ofNanos(now - since), failure, words));
        since = now;
    }
}
