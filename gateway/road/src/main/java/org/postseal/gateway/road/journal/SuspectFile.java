package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    private final MappedFile file;
    private final SuspectRecords records;
    private final ConcurrentLinkedQueue<Integer> free = new ConcurrentLinkedQueue<>();
    private boolean isClosed;

    private SuspectFile(MappedFile file) {
        this.file = file;
        this.records = new SuspectRecords(file.memory());
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
        SuspectFile opened = new SuspectFile(MappedFile.open(path, MARK, SuspectRecords.SIZE));
        opened.count(now, now.minus(retention));
        return opened;
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

    /** Whether it may have been somebody else whom the process ended with; not where it was seen to hang each time. */
    boolean isDoubtful(SuspectKey key) {
        return records.deaths(key) > records.hangs(key);
    }

    /** It hangs, which counts like a death. */
    synchronized void countHang(SuspectKey key, Instant now) {
        if (!isClosed) {
            records.countHang(key, now);
        }
    }

    /** It was slow and did not hang: that does not count any more. */
    synchronized void uncountHang(SuspectKey key) {
        if (!isClosed) {
            records.uncountHang(key);
        }
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
            file.close();
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

        /** It is on the road for nobody any more, and does not leave it. */
        void hangs(boolean isGuilty) {
            synchronized (SuspectFile.this) {
                if (!isClosed) {
                    records.hangs(number, isGuilty);
                }
            }
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
        Set<SuspectKey> guilty = records.taken(SuspectRecords.HUNG);
        if (!guilty.isEmpty()) {
            // By one of those, or to get rid of them: nobody else is suspected, and no hang is counted twice
            guilty.forEach(key -> records.countEnd(key, now));
        } else if (records.places(SuspectRecords.HELD) < Suspects.MOST_HANGING) {
            // With so many it was the watchdog. Fewer that hang by somebody else's fault end no process
            records.taken(SuspectRecords.TAKEN).forEach(key -> records.count(key, now));
        }
        records.freeAll();
        records.memory().force();
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
