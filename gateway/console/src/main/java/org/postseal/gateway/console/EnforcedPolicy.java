package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.audit.record.AuditLine;

/**
 * Holds the last records of a gateway about its start and the policies that it reads. Each part is empty if nothing of
 * it is recorded.
 *
 * @param taken the last {@code policy-loaded} or {@code policy-reloaded}
 * @param refused a later {@code policy-reload-refused} or {@code configuration-reload-refused}; after either, no new
 * policy takes effect
 * @param shadow the last record whose action begins with {@code shadow-}
 * @param started the last record about a start, with the version of the gateway
 */
record EnforcedPolicy(
        Optional<AuditLine> taken,
        Optional<AuditLine> refused,
        Optional<AuditLine> shadow,
        Optional<AuditLine> started) {
    static final EnforcedPolicy NONE =
            new EnforcedPolicy(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Returns the one of several whose policy was taken up last. */
    static EnforcedPolicy newest(Collection<EnforcedPolicy> gateways) {
        return gateways.stream()
                .max(Comparator.comparing(
                        each -> each.taken().flatMap(Times::read).orElse(Instant.MIN)))
                .orElse(NONE);
    }

    Optional<String> sha256() {
        return taken.flatMap(line -> line.first(SHA256));
    }

    /** Returns the mode in force: {@code enforce}, or {@code observe} if decisions are only recorded. */
    Optional<String> mode() {
        return taken.flatMap(line -> line.first("postseal.mode"));
    }

    /** Returns these records, completed by older ones. */
    EnforcedPolicy or(EnforcedPolicy older) {
        return new EnforcedPolicy(
                taken.or(older::taken),
                refused.isPresent() || taken.isPresent() ? refused : older.refused(),
                shadow.or(older::shadow),
                started.or(older::started));
    }

    /**
     * Reads the records of one file.
     *
     * @throws IOException if the file cannot be read
     */
    static EnforcedPolicy in(Path file) throws IOException {
        Optional<AuditLine> taken = Optional.empty();
        Optional<AuditLine> refused = Optional.empty();
        Optional<AuditLine> shadow = Optional.empty();
        Optional<AuditLine> started = Optional.empty();
        try (InputStream in = LogFiles.open(file)) {
            LineReader lines = new LineReader(in);
            for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
                Optional<AuditLine> record = AuditLine.read(new String(line.get(), UTF_8));
                String action =
                        record.flatMap(each -> each.first("event.action")).orElse("");
                if (TAKEN.contains(action)) {
                    taken = record;
                    refused = Optional.empty();
                } else if (REFUSED.contains(action)) {
                    refused = record;
                } else if (action.startsWith(SHADOW)) {
                    shadow = record;
                } else if (action.equals(STARTED)) {
                    started = record;
                }
            }
        }
        return new EnforcedPolicy(taken, refused, shadow, started);
    }

    static final String SHA256 = "file.hash.sha256";
    private static final List<String> TAKEN = List.of("policy-loaded", "policy-reloaded");
    private static final List<String> REFUSED = List.of("policy-reload-refused", "configuration-reload-refused");
    private static final String SHADOW = "shadow-";
    private static final String STARTED = "gateway-started";
}
