package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.postseal.gateway.audit.chain.SegmentReader;

/**
 * A file of the log in chunks: runs of whole lines, each as short as it can be with at least {@link Chunk#OCTETS} octets, so that a chunk has the same number whether the file is
 * compressed or not. Used by one thread at a time.
 */
sealed interface SegmentFile extends AutoCloseable permits PlainSegment, MemberSegment, StreamSegment {
    /** Opens a file, or what it was compressed to since somebody listed it. */
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

    /** Whether {@link #open} would find it. */
    static void requireThere(Path file) throws NoSuchFileException {
        if (Files.notExists(file) && Files.notExists(file.resolveSibling(file.getFileName() + SegmentReader.GZIP))) {
            throw new NoSuchFileException(file.toString());
        }
    }

    /** Opens the file of that name. */
    static SegmentFile exactly(Path file) throws IOException {
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

    /** Octets of the file as it stands on the disk. */
    long size() throws IOException;

    /** The lines of a chunk with their ends; empty behind the last one. Those of a {@link StreamSegment} are to be asked for in their order. */
    Optional<byte[]> chunk(int number) throws IOException;

    /** How many there are; not of a {@link StreamSegment}, which knows that at its end. */
    int chunks() throws IOException;

    /** Where a chunk that was read stands in the file on the disk; 0 where that is no help. */
    long position(int number);

    @Override
    void close() throws IOException;
}
