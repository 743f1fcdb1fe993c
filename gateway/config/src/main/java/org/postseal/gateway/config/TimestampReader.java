package org.postseal.gateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.postseal.gateway.audit.TimestampConfig;

/** Reads {@code audit.timestamp}. */
final class TimestampReader {
    private final PathReader paths;
    private final PathReader ofGateway;
    private final TlsFiles tlsFiles;

    /** @param ofGateway reads files that only the process that gets time stamps must be able to read */
    TimestampReader(PathReader paths, PathReader ofGateway, TlsFiles tlsFiles) {
        this.paths = paths;
        this.ofGateway = ofGateway;
        this.tlsFiles = tlsFiles;
    }

    Optional<TimestampConfig> read(Section timestamp) {
        Key<URI> url =
                timestamp.key("url", Type.text("a URL such as https://tsa.example.com/stamp", TimestampReader::url));
        Key<Path> trust = timestamp.required("trust", paths::existingFile);
        trust.mustOpen(tlsFiles::requireTrust);
        // Without this key, Java's own anchors would be trusted. So it counts as given even if it cannot be read
        Key<Path> tlsTrust = timestamp.key("tlsTrust", ofGateway::namedFile);
        tlsTrust.mustOpen(tlsFiles::requireTrust);
        if (url.value()
                .filter(where -> "https".equalsIgnoreCase(where.getScheme()))
                .isEmpty()) {
            tlsTrust.warning("has no effect unless url is https");
        }
        Key<String> policy =
                timestamp.key("policy", Type.matching("a dotted object identifier such as 1.3.6.1.4.1.13762.3", OID));
        Duration timeLimit = timestamp.value(
                "timeLimit",
                Type.time(Duration.ofMillis(100), Duration.ofMinutes(10)),
                TimestampConfig.DEFAULT_TIME_LIMIT);
        return trust.value()
                .map(file -> new TimestampConfig(url.value(), file, tlsTrust.value(), policy.value(), timeLimit));
    }

    private static Optional<URI> url(String text) {
        try {
            URI url = new URI(text);
            boolean isHttp = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            return Optional.of(url)
                    .filter(_ -> isHttp && url.getHost() != null)
                    .filter(_ -> url.getRawUserInfo() == null && url.getRawFragment() == null);
        } catch (URISyntaxException notOne) {
            return Optional.empty();
        }
    }

    private static final String OID = "[01]\\.([0-9]|[1-3][0-9])(\\.(0|[1-9][0-9]{0,29}))*|2(\\.(0|[1-9][0-9]{0,29}))+";
}
