package org.postseal.gateway.road.pipeline;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.smime.SignerReport;
import org.postseal.gateway.smtp.client.NextHop;

/** Describes sessions and certificates as the audit log has them. */
final class SessionText {
    private static final int MOST = 1024;
    /**
     * Keyed by object identity: the certificate of a signing key is the same object for each message, and writing its
     * names out anew each time costs work.
     */
    private static final Cache<MailCertificate, AuditEvent.X509> OURS =
            Caffeine.newBuilder().weakKeys().maximumSize(MOST).build();

    private SessionText() {}

    /** The TLS session over which a message came. */
    static Optional<AuditEvent.Tls> of(Peer peer) {
        return peer.tls()
                .map(tls -> new AuditEvent.Tls(version(tls.protocol()), tls.cipherSuite(), tls.clientSubject()));
    }

    static AuditEvent.NextHopSession of(NextHop.Session session) {
        return new AuditEvent.NextHopSession(
                session.server().getAddress() == null
                        ? session.server().getHostString()
                        : session.server().getAddress().getHostAddress(),
                session.server().getPort(),
                session.tls()
                        .map(tls ->
                                new AuditEvent.Tls(version(tls.protocol()), tls.cipherSuite(), tls.serverSubject())),
                session.tls().filter(NextHop.Tls::isVerified).isPresent());
    }

    // The Elastic Common Schema splits TLSv1.3 into "tls" and "1.3".
    private static String version(String protocol) {
        return protocol.toLowerCase(Locale.ROOT).startsWith("tlsv") ? protocol.substring(4) : protocol;
    }

    /**
     * The certificate that signed what leaves. If we did not sign it, this is the certificate of the only signer of
     * what came.
     */
    static Optional<AuditEvent.X509> signer(Optional<MailCertificate> ours, List<SignerReport> signers) {
        return ours.map(certificate -> OURS.get(certificate, SessionText::of))
                .or(() ->
                        signers.size() == 1 ? signers.getFirst().certificate().map(SessionText::of) : Optional.empty());
    }

    private static AuditEvent.X509 of(MailCertificate certificate) {
        return new AuditEvent.X509(
                certificate.id().hex(),
                certificate.x509().getSubjectX500Principal().getName(),
                certificate.x509().getIssuerX500Principal().getName(),
                certificate.isSelfIssued(),
                certificate.serialNumber().toString(16).toUpperCase(Locale.ROOT),
                certificate.notBefore(),
                certificate.notAfter(),
                certificate.x509().getPublicKey().getAlgorithm());
    }
}
