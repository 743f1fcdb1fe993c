package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.postseal.certstore.Digest;

/**
 * What an index says of itself, and what is signed of it: it leads by hashes to everything else in the file.
 *
 * @param chain its id; empty for a file without one
 * @param first number of the file's first record
 * @param last and of its last one
 * @param size octets of the file as it stands on the disk
 * @param earliest time in it, milliseconds since 1970
 * @param latest time in it, rounded up
 * @param before hash of the header of the index of the file before, so that one signature speaks for all before it; empty when there was none
 * @param chunks of the file
 * @param table SHA-256 of the table of chunks
 * @param pages of entries
 */
record IndexHeader(
        String chain,
        long first,
        long last,
        long size,
        long earliest,
        long latest,
        String before,
        int chunks,
        String table,
        List<Page> pages) {
    IndexHeader {
        pages = List.copyOf(pages);
    }

    /**
     * Some of the entries.
     *
     * @param first its first entry
     * @param entries in it
     * @param hash SHA-256 of its octets
     */
    record Page(long first, int entries, String hash) {}

    byte[] octets() {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(octets)) {
            out.writeUTF(chain);
            out.writeLong(first);
            out.writeLong(last);
            out.writeLong(size);
            out.writeLong(earliest);
            out.writeLong(latest);
            out.writeUTF(before);
            out.writeInt(chunks);
            out.writeUTF(table);
            out.writeInt(pages.size());
            for (Page page : pages) {
                out.writeLong(page.first());
                out.writeInt(page.entries());
                out.writeUTF(page.hash());
            }
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return octets.toByteArray();
    }

    /** @throws IOException when it is none */
    static IndexHeader of(byte[] octets) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(octets))) {
            String chain = in.readUTF();
            long first = in.readLong();
            long last = in.readLong();
            long size = in.readLong();
            long earliest = in.readLong();
            long latest = in.readLong();
            String before = in.readUTF();
            int chunks = in.readInt();
            String table = in.readUTF();
            int count = in.readInt();
            List<Page> pages = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                pages.add(new Page(in.readLong(), in.readInt(), in.readUTF()));
            }
            return new IndexHeader(chain, first, last, size, earliest, latest, before, chunks, table, pages);
        }
    }

    /** By what others name it. */
    static String hash(byte[] octets) {
        return Digest.SHA_256.hex(octets);
    }

    /** The text that is signed. */
    static byte[] statement(String hash) {
        return ("postseal audit index 1\n" + hash + "\n").getBytes(US_ASCII);
    }
}
