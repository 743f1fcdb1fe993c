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
 * The header of an index. The signature is over the header, and hashes in the header lead to everything else in the
 * file.
 *
 * @param chain the id of the chain; empty for a file without one
 * @param first the number of the first record in the file
 * @param last the number of the last record in the file
 * @param size octets of the file as it stands on disk
 * @param earliest the earliest time in the file, milliseconds since 1970
 * @param latest the latest time in the file, rounded up
 * @param before the hash of the header of the index of the file before, so that one signature vouches for all indexes
 * before it; empty if there is none
 * @param chunks how many chunks the file has
 * @param table SHA-256 of the table of chunks
 * @param pages the pages of entries
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
     * @param first the first entry of the page
     * @param entries how many entries the page has
     * @param hash SHA-256 of the octets of the page
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

    /** @throws IOException if the octets are no header */
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

    /** Returns the hash by which another index names this header. */
    static String hash(byte[] octets) {
        return Digest.SHA_256.hex(octets);
    }

    /** Returns the text that is signed. */
    static byte[] statement(String hash) {
        return ("postseal audit index 1\n" + hash + "\n").getBytes(US_ASCII);
    }
}
