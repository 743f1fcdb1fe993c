package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where a file of a chain begins and ends.
 *
 * @param id of the chain
 * @param begun when the file was
 * @param first its first record
 * @param last its last whole one
 */
record Ends(String id, Instant begun, Link first, Link last) {
    /** Empty when the file is no part of a chain. */
    static Optional<Ends> of(Path file) throws IOException {
        Optional<byte[]> head;
        try (SegmentReader reader = SegmentReader.open(file)) {
            head = reader.next().filter(_ -> !reader.isUnfinished());
        }
        Optional<AuditLine> beginning = head.flatMap(line -> AuditLine.read(new String(line, UTF_8)))
                .filter(line -> line.first("event.action").equals(Optional.of(Chain.SEGMENT)));
        Optional<Link> first = head.flatMap(Link.Line::of).map(Link.Line::link);
        if (beginning.isEmpty() || first.isEmpty()) {
            return Optional.empty();
        }
        byte[] last = file.toString().endsWith(Segments.GZIP) ? lastByReading(file) : lastBySeeking(file);
        String id = beginning.get().first(Checkpoint.CHAIN).orElse("");
        Instant begun = Instant.parse(beginning.get().first("@timestamp").orElse("1970-01-01T00:00:00Z"));
        return Link.Line.of(last).map(line -> new Ends(id, begun, first.get(), line.link()));
    }

    private static byte[] lastByReading(Path file) throws IOException {
        try (SegmentReader reader = SegmentReader.open(file)) {
            byte[] last = new byte[0];
            for (Optional<byte[]> line = reader.next(); line.isPresent(); line = reader.next()) {
                last = reader.isUnfinished() ? last : line.get();
            }
            return last;
        }
    }

    /** The line before the last line end; a file may have hundreds of megabytes. */
    private static byte[] lastBySeeking(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            for (int window = 64 << 10; ; window *= 4) {
                int length = (int) Math.min(size, window);
                byte[] tail = new byte[length];
                ByteBuffer into = ByteBuffer.wrap(tail);
                while (into.hasRemaining() && channel.read(into, size - length + into.position()) >= 0) {
                    // until it is full
                }
                int end = lastLineEnd(tail, length);
                int start = lastLineEnd(tail, end - 1) + 1;
                if (end >= 0 && (start > 0 || length == size)) {
                    return Arrays.copyOfRange(tail, start, end);
                }
                if (length == size) {
                    return new byte[0];
                }
            }
        }
    }

    private static int lastLineEnd(byte[] octets, int before) {
        for (int i = before - 1; i >= 0; i--) {
            if (octets[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
