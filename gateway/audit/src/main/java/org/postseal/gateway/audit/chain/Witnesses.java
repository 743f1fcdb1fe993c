package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipException;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;

/**
 * What the log of a node has of the checkpoints of other nodes.
 *
 * @param begun when the oldest file of the log began
 * @param seen the checkpoints, as far as a later checkpoint of the log covers that it has seen them
 */
public record Witnesses(Instant begun, List<Seen> seen) {
    public static final Witnesses NONE = new Witnesses(Instant.EPOCH, List.of());

    public Witnesses {
        seen = List.copyOf(seen);
    }

    /**
     * A checkpoint that was seen.
     *
     * @param record the number of the record that has it
     */
    public record Seen(long record, Checkpoint checkpoint) {}

    /**
     * Reads what some files of a log have. Nothing is verified.
     *
     * @param files the files, oldest first
     */
    public static Witnesses read(List<Path> files) throws IOException {
        List<Seen> seen = new ArrayList<>();
        List<Seen> unsigned = new ArrayList<>();
        Optional<Instant> begun = Optional.empty();
        for (Path file : files) {
            try (SegmentReader reader = SegmentReader.open(file)) {
                for (Optional<byte[]> line = reader.next();
                        line.isPresent() && !reader.isUnfinished();
                        line = reader.next()) {
                    String text = new String(line.get(), UTF_8);
                    if (begun.isEmpty()) {
                        begun = AuditLine.read(text).flatMap(AuditLine::time);
                    }
                    if (text.contains(WITNESS)) {
                        AuditLine.read(text)
                                .filter(read -> isOf(read, RecordField.WITNESS))
                                .ifPresent(read -> unsigned.addAll(seen(read, "")));
                    } else if (text.contains(CHECKPOINT)
                            && AuditLine.read(text)
                                    .filter(read -> isOf(read, RecordField.CHECKPOINT))
                                    .isPresent()) {
                        seen.addAll(unsigned);
                        unsigned.clear();
                    }
                }
            } catch (ZipException | EOFException damaged) {
                // ChainVerifier names the damage. What is behind it is not covered by the next checkpoint.
                unsigned.clear();
            }
        }
        return new Witnesses(begun.orElse(NONE.begun()), seen);
    }

    private static boolean isOf(AuditLine line, String action) {
        return line.first(RecordField.ACTION).equals(Optional.of(action));
    }

    /**
     * Returns the checkpoints that a record has.
     *
     * @param log the beginning of those that are wanted: the name of the log, as {@code mail}
     */
    static List<Seen> seen(AuditLine line, String log) {
        return line.all(RecordField.SEEN).stream()
                .filter(text -> text.startsWith(log))
                .flatMap(text -> AuditLine.read(text.substring(Math.max(0, text.indexOf('{')))).stream())
                .flatMap(read -> Checkpoint.of(read).stream())
                .map(checkpoint -> new Seen(line.number().orElse(0L), checkpoint))
                .toList();
    }

    /** Every record about other nodes contains this. */
    static final String WITNESS = "\"event.action\":\"" + RecordField.WITNESS + "\"";

    private static final String CHECKPOINT = "\"event.action\":\"" + RecordField.CHECKPOINT + "\"";
}
