package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.postseal.gateway.audit.chain.RegularFile;
import org.postseal.gateway.audit.chain.SegmentReader;

/**
 * A file of the log in chunks. A chunk is a run of whole lines, the shortest with at least {@link Chunk#OCTETS} octets.
 * So a chunk has the same number whether the file is compressed or not. Used by one thread at a time.
 */
sealed interface SegmentFile extends AutoCloseable permits PlainSegment, MemberSegment, StreamSegment {
    /** Opens a file, or the compressed file that has replaced it since it was listed. */
    static SegmentFile open(Path file) throws IOException {
        try {
            return exactly(file);
        } catch (NoSuchFileException e) {
            if (file.toString().endsWith(SegmentReader.GZIP)) {
                throw e;
            }
            return exactly(file.resolveSibling(file.getFileName() + SegmentReader.GZIP));
        }
    }

    /** Checks that {@link #open} would find the file. */
    static void requireThere(Path file) throws NoSuchFileException {
        if (Files.notExists(file) && Files.notExists(file.resolveSibling(file.getFileName() + SegmentReader.GZIP))) {
            throw new NoSuchFileException(file.toString());
        }
    }

    /** Opens the file of exactly this name. */
    static SegmentFile exactly(Path file) throws IOException {
        RegularFile.require(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        boolean done = false;
        try {
            SegmentFile opened = !file.toString().endsWith(SegmentReader.GZIP)
                    ? new PlainSegment(channel)
                    : GzipMember.isOurs(channel, 0) ? new MemberSegment(channel) : new StreamSegment(channel);
            done = true;
            return opened;
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    /** Returns the length of the file on disk, in octets. */
    long size() throws IOException;

    /**
     * Returns the lines of a chunk with their ends; empty behind the last chunk. The chunks of a {@link StreamSegment}
     * must be asked for in their order.
     */
    Optional<byte[]> chunk(int number) throws IOException;

    /** Returns the number of chunks. A {@link StreamSegment} cannot tell it. */
    int chunks() throws IOException;

    /** Returns where a chunk that was read begins in the file on disk; 0 if the chunk cannot be reached from there. */
    long position(int number);

    @Override
    void close() throws IOException;
}
