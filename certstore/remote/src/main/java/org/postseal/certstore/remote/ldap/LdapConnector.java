package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPExtendedOperationException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.postseal.certstore.AnchorFile;
import org.postseal.certstore.Secret;
import org.postseal.certstore.fetch.Deadline;

/** Opens connections. It connects by TCP, begins TLS with a check of the server's name, and binds. Thread-safe. */
final class LdapConnector {
    private final LdapSettings settings;
    private final SSLSocketFactory tls;

    LdapConnector(LdapSettings settings) throws LdapFailureException {
        this.settings = settings;
        this.tls = new VerifyingSslSockets(tls(settings.servers().trust()).getSocketFactory());
    }

    /** Returns an attempt that has not begun, so that another thread can abort it. */
    Attempt attempt(LdapUrl url) {
        return new Attempt(url);
    }

    /** Is told which steps of opening a connection are done. */
    interface Progress {
        void done(ProbeStep.Kind kind, LDAPConnection connection);
    }

    final class Attempt {
        private final LdapUrl url;
        private final TrackedSockets sockets;

        private Attempt(LdapUrl url) {
            this.url = url;
            this.sockets = new TrackedSockets(url.isTls() ? tls : SocketFactory.getDefault());
        }

        /** Ends the attempt from any thread, whatever it is waiting for. */
        void abort() {
            sockets.abort();
        }

        /**
         * Connects and binds.
         *
         * @param isSynchronous whether operations run one after the other, without a reader thread
         */
        LDAPConnection open(Deadline deadline, boolean isSynchronous) throws LdapFailureException {
            return open(deadline, isSynchronous, (_, _) -> {});
        }

        /** Connects and binds like {@link #open(Deadline, boolean)}, and reports each step that is done. */
        LDAPConnection open(Deadline deadline, boolean isSynchronous, Progress progress) throws LdapFailureException {
            LDAPConnection connection = new LDAPConnection(sockets, options(isSynchronous));
            boolean isReady = false;
            try {
                connection.connect(
                        url.host(),
                        url.port(),
                        deadline.socketMillis(settings.limits().connect()));
                progress.done(ProbeStep.Kind.CONNECT, connection);
                if (settings.servers().startTls()) {
                    startTls(connection);
                }
                progress.done(ProbeStep.Kind.TLS, connection);
                bind(connection, deadline);
                progress.done(ProbeStep.Kind.BIND, connection);
                isReady = true;
                return connection;
            } catch (LDAPException e) {
                throw LdapErrors.named(url, e);
            } finally {
                if (!isReady) {
                    abort();
                    connection.closeWithoutUnbind();
                }
            }
        }

        private void startTls(LDAPConnection connection) throws LDAPException, LdapFailureException {
            try {
                ResultCode answer = connection
                        .processExtendedOperation(new StartTLSExtendedRequest(tls))
                        .getResultCode();
                if (!answer.equals(ResultCode.SUCCESS)) {
                    throw new LdapFailureException(LdapFailure.NO_TLS, url.toString());
                }
            } catch (LDAPExtendedOperationException refused) {
                throw new LdapFailureException(LdapFailure.NO_TLS, url.toString(), refused);
            }
        }

        private void bind(LDAPConnection connection, Deadline deadline) throws LDAPException, LdapFailureException {
            if (settings.credentials().isEmpty()) {
                return;
            }
            LdapSettings.Credentials credentials = settings.credentials().get();
            BindRequest request = new SimpleBindRequest(
                    credentials.bindDn(), password(credentials).octets());
            request.setResponseTimeoutMillis(
                    deadline.socketMillis(settings.limits().response()));
            connection.bind(request);
        }
    }

    private static Secret password(LdapSettings.Credentials credentials) throws LdapFailureException {
        try {
            return Secret.read(credentials.passwordFile());
        } catch (IOException e) {
            throw new LdapFailureException(
                    LdapFailure.MISCONFIGURED, "password file " + credentials.passwordFile() + " cannot be read", e);
        }
    }

    private LDAPConnectionOptions options(boolean isSynchronous) {
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setUseSynchronousMode(isSynchronous);
        options.setConnectTimeoutMillis((int) settings.limits().connect().toMillis());
        options.setResponseTimeoutMillis(settings.limits().response().toMillis());
        options.setMaxMessageSize(settings.limits().messageOctets());
        // Somebody who answers in place of the directory server could otherwise send us, with our password, to any
        // server.
        options.setFollowReferrals(false);
        options.setAbandonOnTimeout(false);
        options.setBindWithDNRequiresPassword(true);
        options.setUseSchema(false);
        options.setUseTCPNoDelay(true);
        options.setAllowConcurrentSocketFactoryUse(true);
        return options;
    }

    /** Trusts what Java trusts but, unlike Java's default context, never shows a certificate of ours. */
    private static SSLContext usualAnchors() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        return context;
    }

    private static SSLContext tls(Optional<Path> trust) throws LdapFailureException {
        try {
            return trust.isPresent() ? AnchorFile.tls(trust.get()) : usualAnchors();
        } catch (GeneralSecurityException | IOException e) {
            throw new LdapFailureException(
                    LdapFailure.MISCONFIGURED,
                    "trust file " + trust.map(Path::toString).orElse("") + " cannot be used",
                    e);
        }
    }
}
