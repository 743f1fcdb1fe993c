package org.postseal.gateway.audit.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.postseal.gateway.audit.chain.UnfinishedFile;

/** A file on disk, locked against a second writer. */
final class DiskFile implements LogFile {
    private final FileChannel channel;
    private final Object key;
    private long end;

    private DiskFile(FileChannel channel, Object key) throws IOException {
        this.channel = channel;
        this.key = key;
        this.end = channel.size();
    }

    static DiskFile open(Path file) throws IOException {
        boolean isNew = create(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean done = false;
        try {
            lock(channel, file);
            if (isNew) {
                channel.force(true);
                UnfinishedFile.forceDirectory(file);
            }
            DiskFile opened = new DiskFile(
                    channel,
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
            done = true;
            return opened;
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    private static boolean create(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(UnfinishedFile.MODE));
        } catch (FileAlreadyExistsException _) {
            return false;
        }
        // The umask may have removed the right of the group.
        Files.setPosixFilePermissions(file, UnfinishedFile.MODE);
        return true;
    }

    /** Locks the file: two writers would break each other's lines. */
    private static void lock(FileChannel channel, Path file) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException _) {
            throw new IOException(file + " is written by this process already");
        }
        throw new IOException(file + " is written by another process");
    }

    @Override
    public Object key() {
        return key;
    }

    @Override
    public long size() {
        return end;
    }

    @Override
    public void read(ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int n = channel.read(into, at);
            if (n < 0) {
                return;
            }
            at += n;
        }
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
        end = size;
    }

    @Override
    public void append(ByteBuffer octets) throws IOException {
        while (octets.hasRemaining()) {
            end += channel.write(octets, end);
        }
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
