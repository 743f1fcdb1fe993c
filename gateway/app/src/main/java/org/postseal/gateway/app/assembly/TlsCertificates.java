package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.certstore.CertificateId;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.NextHopConfig.ClientTls;
import org.postseal.gateway.road.directory.Expiry;
import org.postseal.gateway.smtp.server.ServerTls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the certificates that the gateway shows to its peers in TLS, with their ends. They are those in the files of a
 * configuration, as the files were when it was put in force. A file that is used more than once counts each time.
 *
 * @param listeners the certificate of each listener that has one
 * @param nextHops the certificate for each next hop to which we show one
 */
public record TlsCertificates(List<Shown> listeners, List<Shown> nextHops) {
    private static final Logger LOG = LoggerFactory.getLogger(TlsCertificates.class);

    static final TlsCertificates NONE = new TlsCertificates(List.of(), List.of());

    /**
     * Holds one certificate.
     *
     * @param file the file from which it was read
     */
    public record Shown(Path file, Expiry.End end) {}

    /** Reads the certificates. One that cannot be read is left out, since the reader for TLS itself reports it. */
    public static TlsCertificates of(GatewayConfig config) {
        return new TlsCertificates(
                read(config.listeners().stream()
                        .flatMap(listener -> listener.tls().stream())
                        .map(GatewayConfig.ListenerTls::certificate)),
                read(config.nextHops().hops().stream()
                        .flatMap(hop -> hop.client().stream())
                        .map(ClientTls::certificate)));
    }

    /**
     * Counts how many have expired by {@code now}. A certificate that was good when it was read may have expired since.
     */
    List<Expiry> at(Instant now) {
        return List.of(
                Expiry.of(Expiry.Kind.LISTENER, ends(listeners), now),
                Expiry.of(Expiry.Kind.NEXT_HOP, ends(nextHops), now));
    }

    /** Returns a line for each file whose certificate has expired, or will within this time. */
    public List<String> ending(Instant now, Duration ahead) {
        return Stream.concat(
                        listeners.stream().flatMap(each -> ending(each, "shown by a listener", now, ahead)),
                        nextHops.stream().flatMap(each -> ending(each, "shown to a next hop", now, ahead)))
                .distinct()
                .toList();
    }

    private static Stream<String> ending(Shown shown, String where, Instant now, Duration ahead) {
        Instant end = shown.end().at();
        return end.isAfter(now.plus(ahead))
                ? Stream.empty()
                : Stream.of("%s, %s in TLS, %s on %s"
                        .formatted(shown.file(), where, end.isAfter(now) ? "expires" : "expired", end));
    }

    private static List<Expiry.End> ends(List<Shown> shown) {
        return shown.stream().map(Shown::end).toList();
    }

    private static List<Shown> read(Stream<Path> files) {
        return files.flatMap(file -> read(file).stream()).toList();
    }

    private static Optional<Shown> read(Path file) {
        try {
            X509Certificate own = ServerTls.own(file);
            Expiry.End end = new Expiry.End(
                    own.getNotAfter().toInstant(),
                    CertificateId.of(own.getEncoded()).hex());
            return Optional.of(new Shown(file, end));
        } catch (IOException | CertificateEncodingException e) {
            LOG.warn("the day on which the certificate in {} expires is not known: {}", file, e.getMessage());
            return Optional.empty();
        }
    }
}
