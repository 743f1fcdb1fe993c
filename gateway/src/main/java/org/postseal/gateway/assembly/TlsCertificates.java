package org.postseal.gateway.assembly;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.certstore.CertificateId;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.NextHopConfig.ClientTls;
import org.postseal.gateway.directory.Expiry;
import org.postseal.gateway.smtp.server.ServerTls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the certificates end that the gateway shows to its peers in TLS: those in the files of a configuration, as they were when it was taken up. Files that are used more than once count
 * each time.
 *
 * @param listeners of each listener that has one
 * @param nextHops of each next hop that is shown one
 */
record TlsCertificates(List<Expiry.End> listeners, List<Expiry.End> nextHops) {
    private static final Logger LOG = LoggerFactory.getLogger(TlsCertificates.class);

    static final TlsCertificates NONE = new TlsCertificates(List.of(), List.of());

    static TlsCertificates of(GatewayConfig config) {
        return new TlsCertificates(
                ends(config.listeners().stream()
                        .flatMap(listener -> listener.tls().stream())
                        .map(GatewayConfig.ListenerTls::certificate)),
                ends(config.nextHops().hops().stream()
                        .flatMap(hop -> hop.client().stream())
                        .map(ClientTls::certificate)));
    }

    /** Which of them have ended by then: one that was good when it was read may not be any more. */
    List<Expiry> at(Instant now) {
        return List.of(
                Expiry.of(Expiry.Kind.LISTENER, listeners, now), Expiry.of(Expiry.Kind.NEXT_HOP, nextHops, now));
    }

    private static List<Expiry.End> ends(Stream<Path> files) {
        return files.flatMap(file -> end(file).stream()).toList();
    }

    private static Optional<Expiry.End> end(Path file) {
        try {
            X509Certificate own = ServerTls.own(file);
            return Optional.of(new Expiry.End(
                    own.getNotAfter().toInstant(),
                    CertificateId.of(own.getEncoded()).hex()));
        } catch (IOException | CertificateEncodingException e) {
            // TLS has its own reader, which has taken it
            LOG.warn("metrics: when the certificate in {} expires is not shown: {}", file, e.getMessage());
            return Optional.empty();
        }
    }
}
