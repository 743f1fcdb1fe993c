package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Maps a file of a fixed size into memory, for one process at a time. What is written there outlives the process
 * without a system call, since the kernel holds it. A power cut may lose it.
 *
 * @param memory the whole file, which begins with the mark of its kind
 */
record MappedFile(FileChannel channel, MemorySegment memory) implements AutoCloseable {
    /**
     * Opens the file, and makes it with mode 0600 if there is none. A file of another size or with another mark is made
     * anew.
     *
     * @throws JournalException if the file cannot be opened, or another process uses it
     */
    static MappedFile open(Path path, byte[] mark, long size) throws JournalException {
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    path,
                    Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw new JournalException("cannot open " + path + ": " + e.getMessage(), e);
        }
        try {
            lock(channel, path);
            fill(channel, mark, size);
            return new MappedFile(channel, channel.map(FileChannel.MapMode.READ_WRITE, 0, size, Arena.ofAuto()));
        } catch (IOException e) {
            try {
                channel.close();
            } catch (IOException further) {
                e.addSuppressed(further);
            }
            throw e instanceof JournalException known
                    ? known
                    : new JournalException("cannot use " + path + ": " + e.getMessage(), e);
        }
    }

    /** Closes the file, so that another process may have it. */
    @Override
    public void close() throws IOException {
        // Closing the channel releases the lock.
        channel.close();
    }

    private static void lock(FileChannel channel, Path path) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw new JournalException(path + " is in use by another gateway", e);
        }
        if (lock == null) {
            throw new JournalException(path + " is in use by another gateway");
        }
    }

    /** Writes every octet. A file with a hole would end the process if the disk had no room for the hole later. */
    private static void fill(FileChannel channel, byte[] mark, long size) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(mark.length);
        int read = channel.read(found, 0);
        boolean isOurs = read == mark.length && found.flip().equals(ByteBuffer.wrap(mark));
        if (isOurs && channel.size() == size) {
            return;
        }
        channel.truncate(0);
        ByteBuffer zeros = ByteBuffer.allocate(Math.toIntExact(size));
        write(channel, zeros);
        // The mark comes last, so that a file that was not filled to its end has none.
        write(channel, ByteBuffer.wrap(mark));
        channel.force(true);
    }

    private static void write(FileChannel channel, ByteBuffer octets) throws IOException {
        while (octets.hasRemaining()) {
            int _ = channel.write(octets, octets.position());
        }
    }
}
