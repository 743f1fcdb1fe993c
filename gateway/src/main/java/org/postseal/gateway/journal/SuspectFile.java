package org.postseal.gateway.journal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Which messages are on their way, and which were when the process ended. A file of fixed records that is mapped into memory: what was written there outlives the process without a call of
 * the system, since the kernel holds it. A power cut may lose it, which is no harm: nobody was killed by a message then. Thread-safe.
 *
 * <p>At opening every place that is still taken makes a suspect.
 */
public final class SuspectFile implements AutoCloseable {
    private final FileChannel channel;
    private final SuspectRecords records;
    private final ConcurrentLinkedQueue<Integer> free = new ConcurrentLinkedQueue<>();
    private boolean isClosed;

    private SuspectFile(FileChannel channel, SuspectRecords records) {
        this.channel = channel;
        this.records = records;
        for (int place = 0; place < SuspectRecords.PLACES; place++) {
            free.add(place);
        }
    }

    /**
     * Opens it; makes the file if there is none, mode 0600.
     *
     * @param retention suspects of which nothing was heard for longer are forgotten
     * @throws JournalException when it cannot be had, or another process has it
     */
    public static SuspectFile open(Path path, Duration retention, Instant now) throws JournalException {
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
            fill(channel);
            SuspectFile file = new SuspectFile(
                    channel,
                    new SuspectRecords(
                            channel.map(FileChannel.MapMode.READ_WRITE, 0, SuspectRecords.SIZE, Arena.ofAuto())));
            file.count(now, now.minus(retention));
            return file;
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

    /** Marks this message as on its way; empty when every place is taken. */
    Optional<Place> take(SuspectKey key) {
        Integer number = free.poll();
        if (number == null) {
            return Optional.empty();
        }
        records.take(number, key);
        return Optional.of(new Place(number));
    }

    /** How often the process has ended with this message. */
    int deaths(SuspectKey key) {
        return records.deaths(key);
    }

    /** This one is none. */
    synchronized void forget(SuspectKey key) {
        if (!isClosed) {
            boolean _ = records.forget(key);
        }
    }

    /** All suspects, those with most deaths first. */
    List<Suspect> suspects() {
        return records.suspects();
    }

    /** Whoever is still on his way did not end the process: it ends in order. */
    @Override
    public synchronized void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            records.freeAll();
            // and with it the lock
            channel.close();
        }
    }

    /** The suspects in the file of a gateway that may be running. */
    public static List<Suspect> list(Path path) throws JournalException {
        return with(path, StandardOpenOption.READ, SuspectRecords::suspects);
    }

    /** Takes one out of that file; false when it is not in it. A gateway that is running knows at once. */
    public static boolean forget(Path path, SuspectKey key) throws JournalException {
        return with(path, StandardOpenOption.WRITE, records -> records.forget(key));
    }

    /** The place of one message on the road. */
    final class Place implements AutoCloseable {
        private final int number;

        private Place(int number) {
            this.number = number;
        }

        /** It has left the road, and the process lives. Once. */
        @Override
        public void close() {
            synchronized (SuspectFile.this) {
                if (!isClosed) {
                    records.free(number);
                    free.add(number);
                }
            }
        }
    }

    private void count(Instant now, Instant oldest) {
        for (Suspect suspect : records.suspects()) {
            if (suspect.last().isBefore(oldest)) {
                boolean _ = records.forget(suspect.key());
            }
        }
        records.taken().forEach(key -> records.count(key, now));
        records.freeAll();
        records.memory().force();
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

    /** Every octet is written: a hole that finds no room on the disk later ends the process. */
    private static void fill(FileChannel channel) throws IOException {
        ByteBuffer mark = ByteBuffer.allocate(MARK.length);
        int read = channel.read(mark, 0);
        boolean isOurs = read == MARK.length && mark.flip().equals(ByteBuffer.wrap(MARK));
        if (isOurs && channel.size() == SuspectRecords.SIZE) {
            return;
        }
        channel.truncate(0);
        ByteBuffer zeros = ByteBuffer.allocate((int) SuspectRecords.SIZE);
        write(channel, zeros, 0);
        // last: a file that was not filled to its end has no mark
        write(channel, ByteBuffer.wrap(MARK), 0);
        channel.force(true);
    }

    private static void write(FileChannel channel, ByteBuffer octets, long at) throws IOException {
        while (octets.hasRemaining()) {
            int _ = channel.write(octets, at + octets.position());
        }
    }

    private interface Use<T> {
        T of(SuspectRecords records);
    }

    private static <T> T with(Path path, StandardOpenOption option, Use<T> use) throws JournalException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, option);
                Arena arena = Arena.ofConfined()) {
            if (channel.size() != SuspectRecords.SIZE) {
                throw new JournalException(path + " is no list of suspects");
            }
            FileChannel.MapMode mode =
                    option == StandardOpenOption.READ ? FileChannel.MapMode.READ_ONLY : FileChannel.MapMode.READ_WRITE;
            return use.of(new SuspectRecords(channel.map(mode, 0, SuspectRecords.SIZE, arena)));
        } catch (JournalException e) {
            throw e;
        } catch (IOException e) {
            throw new JournalException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private static final byte[] MARK = "Postseal suspects 1\n".getBytes(StandardCharsets.US_ASCII);
}
