package org.postseal.policy.record;

import java.net.InetAddress;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.facts.Facts;

/** The words for facts in cases and in the audit log. */
public final class FactsWords {
    private FactsWords() {}

    /** Parses an IP address; it looks up no name. */
    public static Optional<InetAddress> ip(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    /** Parses a time such as {@code 2026-01-07T10:00:00Z}. */
    public static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException notATime) {
            return Optional.empty();
        }
    }

    /** Whether a peer may submit, by the word that also names the role of its listener. */
    public static final Map<String, Boolean> ORIGINS = origins();

    public static final Map<String, Facts.TlsVersion> TLS_VERSIONS = tlsVersions();

    private static Map<String, Boolean> origins() {
        Map<String, Boolean> origins = new LinkedHashMap<>();
        origins.put("submission", true);
        origins.put("inbound", false);
        return origins;
    }

    /** Writes {@code TLS_1_3} as {@code "1.3"}. */
    private static Map<String, Facts.TlsVersion> tlsVersions() {
        Map<String, Facts.TlsVersion> versions = new LinkedHashMap<>();
        for (Facts.TlsVersion version : Facts.TlsVersion.values()) {
            versions.put(version.name().substring("TLS_".length()).replace('_', '.'), version);
        }
        return versions;
    }
}
