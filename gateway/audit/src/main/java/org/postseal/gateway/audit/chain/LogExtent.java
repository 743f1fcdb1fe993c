package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;

/**
 * Collects how far the log of a node goes, and how far it has seen the logs of other nodes. Nothing is verified. One
 * thread at a time uses it.
 */
public final class LogExtent {
    private Instant last = Instant.MIN;
    private Instant named = Instant.MIN;
    private Set<String> others = Set.of();
    private final Map<String, Instant> seen = new HashMap<>();

    /**
     * Reads the two newest files of a log: the records about other nodes, and the last record. Each record about other
     * nodes names all of them, and there is one in each day.
     *
     * @param log the file in use
     */
    public static LogExtent read(Path log) throws IOException {
        LogExtent extent = new LogExtent();
        String text = "";
        List<Path> files = ChainVerifier.files(log);
        for (Path file : files.subList(Math.max(0, files.size() - 2), files.size())) {
            try (SegmentReader reader = SegmentReader.open(file)) {
                for (Optional<byte[]> line = reader.next();
                        line.isPresent() && !reader.isUnfinished();
                        line = reader.next()) {
                    text = new String(line.get(), UTF_8);
                    if (text.contains(Witnesses.WITNESS)) {
                        AuditLine.read(text).ifPresent(extent::add);
                    }
                }
            }
        }
        AuditLine.read(text).ifPresent(extent::add);
        return extent;
    }

    public void add(AuditLine line) {
        Optional<Instant> time = line.time();
        if (time.isEmpty()) {
            return;
        }
        last = later(last, time.get());
        if (line.first(RecordField.ACTION).equals(Optional.of(RecordField.WITNESS))) {
            name(time.get(), Set.copyOf(line.all(RecordField.NODES)));
            for (Witnesses.Seen each : Witnesses.seen(line, MESSAGES)) {
                each.checkpoint()
                        .node()
                        .ifPresent(node -> seen.merge(node, each.checkpoint().time(), LogExtent::later));
            }
        }
    }

    /** Adds another part of the same log. */
    public void add(LogExtent part) {
        last = later(last, part.last);
        name(part.named, part.others);
        part.seen.forEach((node, time) -> seen.merge(node, time, LogExtent::later));
    }

    private void name(Instant time, Set<String> nodes) {
        if (!time.isBefore(named)) {
            named = time;
            others = nodes;
        }
    }

    /** Returns the time of the newest record; empty if there is none. */
    public Optional<Instant> last() {
        return Optional.of(last).filter(Instant.MIN::isBefore);
    }

    /** Returns the other nodes that the log knows. */
    public Set<String> others() {
        return others;
    }

    /** Returns the time of the newest checkpoint that the log has seen of the log of messages of another node. */
    public Optional<Instant> seen(String node) {
        return Optional.ofNullable(seen.get(node));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static final String MESSAGES = "mail ";
}
