package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;

/**
 * Says where a file of a chain begins and ends.
 *
 * @param id the id of the chain
 * @param begun when the file began
 * @param first the link of the first record
 * @param last the link of the last record; what stands behind it is no record
 */
public record Ends(String id, Instant begun, Link first, Link last) {
    /** Reads the whole file; empty if it is not part of a chain. */
    public static Optional<Ends> of(Path file) throws IOException {
        try (SegmentReader reader = SegmentReader.open(file)) {
            Optional<byte[]> head = reader.next().filter(_ -> !reader.isUnfinished());
            Optional<Ends> ends = head.flatMap(Ends::beginning);
            if (ends.isEmpty()) {
                return Optional.empty();
            }
            Link last = ends.get().first();
            for (Optional<byte[]> line = reader.next(); line.isPresent(); line = reader.next()) {
                Link before = last;
                last = line.filter(_ -> !reader.isUnfinished())
                        .flatMap(Link.Line::of)
                        .map(Link.Line::link)
                        .orElse(before);
            }
            return Optional.of(ends.get().endingWith(last));
        }
    }

    /** Reads only the first line. In the result, the last record is the first. */
    public static Optional<Ends> beginningOf(Path file) throws IOException {
        try (SegmentReader reader = SegmentReader.open(file)) {
            return reader.next().filter(_ -> !reader.isUnfinished()).flatMap(Ends::beginning);
        }
    }

    /** Fills a buffer from a place of a file that is open, as far as there are octets. */
    public interface Reading {
        void read(ByteBuffer into, long position) throws IOException;
    }

    /** Reads both ends of an open file, which may have hundreds of megabytes. */
    public static Optional<Ends> of(Reading file, long size) throws IOException {
        byte[] head = read(file, 0, (int) Math.min(size, WINDOW));
        int end = indexOf(head, 0);
        Optional<Ends> ends = end < 0 ? Optional.empty() : beginning(Arrays.copyOf(head, end));
        if (ends.isEmpty()) {
            return Optional.empty();
        }
        for (int window = WINDOW; ; window *= 4) {
            int length = (int) Math.min(size, window);
            Optional<Link> last = last(read(file, size - length, length), length == size);
            if (last.isPresent() || length == size) {
                return Optional.of(ends.get().endingWith(last.orElse(ends.get().first())));
            }
        }
    }

    private Ends endingWith(Link newest) {
        return new Ends(id, begun, first, newest);
    }

    private static Optional<Ends> beginning(byte[] line) {
        return AuditLine.read(new String(line, UTF_8))
                .filter(read -> read.first("event.action").equals(Optional.of(RecordField.SEGMENT)))
                .flatMap(read -> Link.Line.of(line)
                        .map(Link.Line::link)
                        .flatMap(link -> read.time()
                                .map(begun ->
                                        new Ends(read.first(RecordField.CHAIN).orElse(""), begun, link, link))));
    }

    /** Returns the link of the last whole line that has one. */
    private static Optional<Link> last(byte[] tail, boolean isWhole) {
        int end = lastIndexOf(tail, tail.length);
        while (end >= 0) {
            int start = lastIndexOf(tail, end) + 1;
            Optional<Link.Line> line =
                    start > 0 || isWhole ? Link.Line.of(Arrays.copyOfRange(tail, start, end)) : Optional.empty();
            if (line.isPresent()) {
                return line.map(Link.Line::link);
            }
            end = start - 1;
        }
        return Optional.empty();
    }

    private static byte[] read(Reading file, long position, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        file.read(into, position);
        return Arrays.copyOf(into.array(), into.position());
    }

    private static int indexOf(byte[] octets, int from) {
        for (int i = from; i < octets.length; i++) {
            if (octets[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static int lastIndexOf(byte[] octets, int before) {
        for (int i = before - 1; i >= 0; i--) {
            if (octets[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static final int WINDOW = 64 << 10;
}
