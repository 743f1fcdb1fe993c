package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.Digest;
import org.postseal.gateway.audit.chain.RegularFile;
import org.postseal.gateway.audit.chain.SegmentReader;
import org.postseal.gateway.audit.search.IndexHeader.Page;

/**
 * The index of a full file of the log: it says in which chunks a value stands. It is a file beside that file and is
 * never changed. It can be made again at any time.
 *
 * <p>The file is {@link #MAGIC}, the length of the header, the header, the SHA-256 of the public key, the signature,
 * the table of chunks, and the entries. Entries are sorted numbers: {@link AuditTerms} in the upper bits, the chunk in
 * the lower ones. The chunk that an entry names is looked at, so a wrong entry does no harm. But a missing entry must
 * be believed. Therefore all that is read depends on the signature: it covers the header, and hashes in the header
 * cover the table and each page of entries. An index that does not fit is not used, and the file is read instead. Used
 * by one thread at a time.
 */
final class SegmentIndex implements AutoCloseable {
    private final FileChannel channel;
    private final IndexHeader header;
    private final long body;

    private SegmentIndex(FileChannel channel, IndexHeader header, long body) {
        this.channel = channel;
        this.header = header;
        this.body = body;
    }

    /** Returns the path of the index of a file of the log, which may be compressed. */
    static Path of(Path file) {
        String name = file.getFileName().toString();
        String plain = name.endsWith(SegmentReader.GZIP)
                ? name.substring(0, name.length() - SegmentReader.GZIP.length())
                : name;
        return file.resolveSibling(plain + SUFFIX);
    }

    /**
     * Opens the index of a file.
     *
     * @throws NoSuchFileException if there is none
     * @throws IOException with the cause if it must not be used
     */
    static SegmentIndex open(Path file, IndexTrust trust) throws IOException {
        RegularFile.require(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        boolean done = false;
        try {
            ByteBuffer start = ByteBuffer.wrap(Chunk.read(channel, 0, START));
            int length = start.remaining() == START && start.getLong() == MAGIC ? start.getInt() : -1;
            if (length < 0 || length > LONGEST_HEADER || length > channel.size() - START - SEAL) {
                throw new IOException("is none, or of another version");
            }
            byte[] octets = Chunk.read(channel, START, length);
            byte[] seal = Chunk.read(channel, START + length, SEAL);
            trust.require(octets, new String(seal, 0, KEY, US_ASCII), Arrays.copyOfRange(seal, KEY, SEAL));
            IndexHeader header = IndexHeader.of(octets);
            trust.believe(header.before());
            done = true;
            return new SegmentIndex(channel, header, START + length + SEAL);
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    IndexHeader header() {
        return header;
    }

    /**
     * Returns true if the index is about this file, by its size and the number in its name. Only the verifier can say
     * whether the content was changed.
     */
    boolean isOf(Path file) throws IOException {
        Matcher number = NUMBERED.matcher(file.getFileName().toString());
        return header.size() == Files.size(file)
                && (!number.find() || Long.parseLong(number.group(1)) == header.first());
    }

    /** The table of chunks: where each begins, and its earliest and latest time. */
    record Chunks(List<Long> positions, List<Long> earliest, List<Long> latest) {}

    /** @throws IOException if the table was changed */
    Chunks chunks() throws IOException {
        byte[] octets = Chunk.read(channel, body, Math.multiplyExact(header.chunks(), CHUNK));
        require(octets, header.table());
        ByteBuffer table = ByteBuffer.wrap(octets);
        Chunks chunks = new Chunks(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < header.chunks(); i++) {
            chunks.positions().add(table.getLong());
            chunks.earliest().add(table.getLong());
            chunks.latest().add(table.getLong());
        }
        return chunks;
    }

    /**
     * Returns the chunks that have a term of each set; all chunks if there is no set.
     *
     * @throws IOException if a part of the index that must be read was changed
     */
    BitSet having(List<Set<Long>> terms) throws IOException {
        BitSet chunks = new BitSet();
        chunks.set(0, header.chunks());
        for (Set<Long> alternatives : terms) {
            if (!chunks.isEmpty()) {
                BitSet any = new BitSet();
                for (long term : alternatives) {
                    any.or(having(term));
                }
                chunks.and(any);
            }
        }
        return chunks;
    }

    private BitSet having(long term) throws IOException {
        BitSet chunks = new BitSet();
        long position = body + (long) header.chunks() * CHUNK;
        for (int i = 0; i < header.pages().size(); i++) {
            Page page = header.pages().get(i);
            int octets = Math.multiplyExact(page.entries(), Long.BYTES);
            boolean isLast = i + 1 == header.pages().size();
            boolean isBehind = page.first() >>> CHUNK_BITS > term;
            if (!isBehind && (isLast || header.pages().get(i + 1).first() >>> CHUNK_BITS >= term)) {
                byte[] read = Chunk.read(channel, position, octets);
                require(read, page.hash());
                ByteBuffer entries = ByteBuffer.wrap(read);
                while (entries.hasRemaining()) {
                    long entry = entries.getLong();
                    if (entry >>> CHUNK_BITS == term) {
                        chunks.set((int) (entry & ((1L << CHUNK_BITS) - 1)));
                    }
                }
            }
            position += octets;
        }
        return chunks;
    }

    /** @throws IOException if any part of the index was changed */
    void requireWhole() throws IOException {
        var _ = chunks();
        long position = body + (long) header.chunks() * CHUNK;
        for (Page page : header.pages()) {
            int octets = Math.multiplyExact(page.entries(), Long.BYTES);
            require(Chunk.read(channel, position, octets), page.hash());
            position += octets;
        }
    }

    private static void require(byte[] octets, String hash) throws IOException {
        if (!Digest.SHA_256.hex(octets).equals(hash)) {
            throw new IOException("is damaged");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    static final String SUFFIX = ".index";
    private static final Pattern NUMBERED = Pattern.compile("-([0-9]{12,18})\\.");
    /** The text "PSINDEX1". */
    static final long MAGIC = 0x5053494E44455831L;

    static final int CHUNK_BITS = Long.SIZE - AuditTerms.BITS;
    private static final int START = Long.BYTES + Integer.BYTES;
    /**
     * The most octets of a header, which is read before its signature is verified. The header for a file of many
     * gigabytes is shorter.
     */
    private static final int LONGEST_HEADER = 16 << 20;

    private static final int KEY = 64;
    // A signature of Ed25519 has 64 octets (RFC 8032 §5.1.6).
    private static final int SEAL = KEY + 64;
    private static final int CHUNK = 3 * Long.BYTES;
}
