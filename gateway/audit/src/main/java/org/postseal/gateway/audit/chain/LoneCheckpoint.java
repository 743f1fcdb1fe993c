package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.record.AuditLine;

/**
 * A checkpoint in a file of its own, which gets a time stamp. The file has the checkpoint's line as it stands in the
 * log, a line feed, and nothing else.
 *
 * @param log the {@link AuditConfig#stampName name} of its log, as {@code audit}
 * @param number the newest record that it covers
 * @param time when it was signed, by the gateway's clock
 * @param octets the content of the file
 */
public record LoneCheckpoint(String log, long number, Instant time, byte[] octets) {
    /** Returns the name of its file without the suffix, as {@code audit-000000004711}. */
    public String name() {
        return "%s-%012d".formatted(log, number);
    }

    /** Returns the checkpoint of a proof, for the log of this name. */
    public static LoneCheckpoint of(String log, Evidence.Signed signed) {
        return of(log, signed.signedNumber(), signed.time(), signed.line());
    }

    static LoneCheckpoint of(String log, Checkpoint checkpoint, byte[] line) {
        return of(log, checkpoint.link().number(), checkpoint.time(), line);
    }

    private static LoneCheckpoint of(String log, long number, Instant time, byte[] line) {
        byte[] octets = Arrays.copyOf(line, line.length + 1);
        octets[line.length] = '\n';
        return new LoneCheckpoint(log, number, time, octets);
    }

    /** Reads the content of such a file; empty if it is no checkpoint. */
    static Optional<Checkpoint> read(byte[] octets) {
        boolean isOneLine = octets.length > 0 && octets[octets.length - 1] == '\n';
        return isOneLine
                ? AuditLine.read(new String(octets, 0, octets.length - 1, UTF_8))
                        .flatMap(Checkpoint::of)
                : Optional.empty();
    }
}
