package org.postseal.certstore.key.batch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Counts in a file how many calls of native code run now. The file is mapped into memory, so that a call costs no
 * system call, and what is written outlives a process that the native code ends. Thread-safe.
 */
final class RunningMark implements AutoCloseable {
    private final FileChannel channel;
    private final MemorySegment memory;

    private RunningMark(FileChannel channel, MemorySegment memory) {
        this.channel = channel;
        this.memory = memory;
    }

    /**
     * Opens the file for this process alone, and makes it with mode 0600 if there is none.
     *
     * @throws IOException if it cannot be opened, or another gateway has it
     */
    static RunningMark open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            if (channel.tryLock() == null) {
                throw new IOException(file + " is in use by another gateway");
            }
            if (channel.size() != SIZE) {
                // Every octet is written: a hole in the file would end the process later if the disk were full.
                channel.truncate(0);
                channel.write(ByteBuffer.allocate(SIZE), 0);
            }
            return new RunningMark(channel, channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE, Arena.ofAuto()));
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException(file + " is in use by another gateway", e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Returns true if a call runs now. Right after opening, this means that a process ended during a call. */
    boolean isSet() {
        return (int) COUNT.getVolatile(memory, 0L) != 0;
    }

    void begin() {
        int _ = (int) COUNT.getAndAdd(memory, 0L, 1);
    }

    void end() {
        int _ = (int) COUNT.getAndAdd(memory, 0L, -1);
    }

    /** Lets another process have the file. Calls that still run are counted in memory as before. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final int SIZE = 4;
    private static final VarHandle COUNT = ValueLayout.JAVA_INT.varHandle();
}
