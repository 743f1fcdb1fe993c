package org.postseal.gateway.config;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postseal.gateway.audit.TimestampConfig;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code audit.timestamp}. */
final class TimestampReader {
    private final PathReader paths;
    private final PathReader ofGateway;
    private final TlsFiles tlsFiles;

    /** @param ofGateway for what only who has checkpoints stamped must be able to read */
    TimestampReader(PathReader paths, PathReader ofGateway, TlsFiles tlsFiles) {
        this.paths = paths;
        this.ofGateway = ofGateway;
        this.tlsFiles = tlsFiles;
    }

    Optional<TimestampConfig> read(YamlMapping section) {
        Optional<URI> url = section.parsed("url", URL, TimestampReader::url);
        Optional<YamlValue> trustValue = section.required("trust");
        Optional<Path> trust = trustValue.flatMap(paths::existingFile);
        trust.ifPresent(file -> trustValue.ifPresent(value -> requireTrust(file, value)));
        Optional<YamlValue> tlsValue = section.value("tlsTrust");
        // without it Java's own would be trusted
        Optional<Path> tlsTrust = tlsValue.flatMap(ofGateway::namedFile);
        tlsTrust.filter(_ -> !ofGateway.isOfOthers())
                .ifPresent(file -> tlsValue.ifPresent(value -> requireTrust(file, value)));
        if (url.filter(where -> "https".equalsIgnoreCase(where.getScheme())).isEmpty()) {
            tlsValue.ifPresent(value -> value.warning("has no effect unless url is https"));
        }
        Optional<String> policy =
                section.parsed("policy", IDENTIFIER, text -> Optional.of(text).filter(OID.asMatchPredicate()));
        Duration timeLimit = section.duration("timeLimit", Duration.ofMillis(100), Duration.ofMinutes(10))
                .orElse(TimestampConfig.DEFAULT_TIME_LIMIT);
        section.refuseOthers();
        return trust.map(file -> new TimestampConfig(url, file, tlsTrust, policy, timeLimit));
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

    private void requireTrust(Path anchors, YamlValue value) {
        try {
            tlsFiles.requireTrust(anchors);
        } catch (IOException unusable) {
            value.error(TlsFiles.reason(unusable));
        }
    }

    private static final String URL = "a URL such as https://tsa.example.com/stamp";
    private static final String IDENTIFIER = "a dotted object identifier such as 1.3.6.1.4.1.13762.3";
    private static final Pattern OID =
            Pattern.compile("[01]\\.([0-9]|[1-3][0-9])(\\.(0|[1-9][0-9]{0,29}))*|2(\\.(0|[1-9][0-9]{0,29}))+");
}
