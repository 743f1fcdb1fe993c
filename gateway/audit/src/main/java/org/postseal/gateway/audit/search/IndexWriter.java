package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.Digest;
import org.postseal.certstore.Ownership;
import org.postseal.gateway.audit.chain.CheckpointKey;
import org.postseal.gateway.audit.chain.Link;
import org.postseal.gateway.audit.chain.UnfinishedFile;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;
import org.postseal.gateway.audit.search.IndexHeader.Page;

/** Makes the index of a file from its chunks, one after the other. Used once. */
final class IndexWriter {
    private final List<Long> positions = new ArrayList<>();
    private final List<Long> earliest = new ArrayList<>();
    private final List<Long> latest = new ArrayList<>();
    private final MessageDigest sha256 = Digest.SHA_256.start();
    private final LineScan scan = new LineScan(FIELDS);
    private long[] entries = new long[1 << 16];
    private int count;
    private String chain = "";
    private long first;
    private long last;

    /**
     * Adds the next chunk.
     *
     * @param octets the lines of the chunk
     * @param position where the chunk stands in the file on disk
     */
    void add(byte[] octets, long position) {
        int chunk = positions.size();
        if (chunk >= 1 << SegmentIndex.CHUNK_BITS) {
            throw new IllegalStateException("too long for an index");
        }
        positions.add(position);
        long from = Long.MAX_VALUE;
        long until = Long.MIN_VALUE;
        int start = 0;
        int before = count;
        for (int i = 0; i < octets.length; i++) {
            if (octets[i] == '\n') {
                Optional<Map<String, List<String>>> fields = scan.read(octets, start, i);
                fields.ifPresent(record ->
                        AuditTerms.of(record, (kind, value) -> add(AuditTerms.term(kind, value, sha256), chunk)));
                Optional<Instant> time = fields.flatMap(AuditQuery::time);
                if (time.isPresent()) {
                    from = Math.min(from, time.get().toEpochMilli());
                    until = Math.max(until, time.get().toEpochMilli() + 1);
                }
                if (chunk == 0 && first == 0) {
                    first = number(octets, start, i).orElse(0L);
                    chain = fields.flatMap(record -> AuditLine.first(record, RecordField.CHAIN))
                            .orElse("");
                }
                start = i + 1;
            }
        }
        last = lastNumber(octets, start).orElse(last);
        earliest.add(from);
        latest.add(until);
        sort(before);
    }

    private static Optional<Long> lastNumber(byte[] octets, int behind) {
        int end = behind - 1;
        while (end >= 0) {
            int start = end;
            while (start > 0 && octets[start - 1] != '\n') {
                start--;
            }
            Optional<Long> number = number(octets, start, end);
            if (number.isPresent()) {
                return number;
            }
            end = start - 1;
        }
        return Optional.empty();
    }

    private static Optional<Long> number(byte[] octets, int start, int end) {
        return Link.Line.of(Arrays.copyOfRange(octets, start, end))
                .map(line -> line.link().number());
    }

    /**
     * Writes the index. It is whole and on disk afterwards, or not there.
     *
     * @param file the file of the log, as it stands on disk
     * @param before the hash of the header of the index before
     */
    void write(Path file, String before, CheckpointKey key) throws IOException {
        sort(0);
        byte[] table = table();
        ByteBuffer body = ByteBuffer.allocate(Math.multiplyExact(count, Long.BYTES));
        body.asLongBuffer().put(entries, 0, count);
        List<Page> pages = new ArrayList<>();
        for (int i = 0; i < count; i += PAGE) {
            int length = Math.min(PAGE, count - i);
            byte[] page = Arrays.copyOfRange(body.array(), i * Long.BYTES, (i + length) * Long.BYTES);
            pages.add(new Page(entries[i], length, Digest.SHA_256.hex(page)));
        }
        byte[] header = new IndexHeader(
                        chain,
                        first,
                        last,
                        Files.size(file),
                        earliest.stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE),
                        latest.stream().mapToLong(Long::longValue).max().orElse(Long.MIN_VALUE),
                        before,
                        positions.size(),
                        Digest.SHA_256.hex(table),
                        pages)
                .octets();
        ByteBuffer start = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + header.length);
        start.putLong(SegmentIndex.MAGIC).putInt(header.length).put(header);
        byte[] signature = key.sign(IndexHeader.statement(IndexHeader.hash(header)));
        write(
                SegmentIndex.of(file),
                List.of(start.array(), key.id().getBytes(US_ASCII), signature, table, body.array()));
    }

    private static void write(Path index, List<byte[]> parts) throws IOException {
        Path unfinished = UnfinishedFile.beside(index);
        try {
            UnfinishedFile.fill(unfinished, parts);
            // The console and reviewers must also be able to read an index that root has made.
            Ownership.giveAsOf(index.toAbsolutePath().resolveSibling(""), unfinished);
            Files.move(unfinished, index, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private byte[] table() {
        ByteBuffer table = ByteBuffer.allocate(positions.size() * 3 * Long.BYTES);
        for (int i = 0; i < positions.size(); i++) {
            table.putLong(positions.get(i)).putLong(earliest.get(i)).putLong(latest.get(i));
        }
        return table.array();
    }

    private void add(long term, int chunk) {
        if (count == entries.length) {
            entries = Arrays.copyOf(entries, count * 2);
        }
        entries[count++] = term << SegmentIndex.CHUNK_BITS | chunk;
    }

    /** Sorts the entries in unsigned order and removes duplicates. */
    private void sort(int from) {
        for (int i = from; i < count; i++) {
            entries[i] ^= Long.MIN_VALUE;
        }
        Arrays.sort(entries, from, count);
        int kept = from;
        for (int i = from; i < count; i++) {
            long entry = entries[i] ^ Long.MIN_VALUE;
            if (kept == from || entries[kept - 1] != entry) {
                entries[kept++] = entry;
            }
        }
        count = kept;
    }

    private static final Set<String> FIELDS = fields();

    private static Set<String> fields() {
        Set<String> fields = new HashSet<>(AuditTerms.FIELDS);
        fields.addAll(List.of(RecordField.TIME, RecordField.ACTION, RecordField.CHAIN));
        return Set.copyOf(fields);
    }

    /** How many entries a page has. */
    private static final int PAGE = 2048;
}
