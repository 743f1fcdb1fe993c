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
 * Knows which messages are on their way, and which were when the process ended. The file has fixed records and is
 * mapped into memory: what is written there outlives the process without a system call, since the kernel holds it. A
 * power cut may lose it, which does no harm, because no message cut the power. Thread-safe.
 *
 * <p>When the file is opened, every place that is still taken makes a suspect.
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
     * Opens the file, and makes it with mode 0600 if there is none.
     *
     * @param retention the time after which a suspect of which nothing was heard is forgotten
     * @throws JournalException if the file cannot be opened, or another process uses it
     */
    public static SuspectFile open(Path path, Duration retention, Instant now) throws JournalException {
        SuspectFile opened = new SuspectFile(MappedFile.open(path, MARK, SuspectRecords.SIZE));
        opened.count(now, now.minus(retention));
        return opened;
    }

    /** Marks this message as on its way. The result is empty if every place is taken. */
    Optional<Place> take(SuspectKey key) {
        Integer number = free.poll();
        if (number == null) {
            return Optional.empty();
        }
        records.take(number, key);
        return Optional.of(new Place(number));
    }

    /** Returns how often the process ended with this message, plus how often the message hung. */
    int deaths(SuspectKey key) {
        return records.deaths(key);
    }

    /**
     * Returns true if another message may have ended the process, and false if this message was seen to hang each time.
     */
    boolean isDoubtful(SuspectKey key) {
        return records.deaths(key) > records.hangs(key);
    }

    /** Counts a hang, which is one death. */
    synchronized void countHang(SuspectKey key, Instant now) {
        if (!isClosed) {
            records.countHang(key, now);
        }
    }

    /** Takes a hang back: the message was slow and did not hang. */
    synchronized void uncountHang(SuspectKey key) {
        if (!isClosed) {
            records.uncountHang(key);
        }
    }

    /** Removes the message from the suspects. */
    synchronized void forget(SuspectKey key) {
        if (!isClosed) {
            boolean _ = records.forget(key);
        }
    }

    /** Returns all suspects, those with the most deaths first. */
    List<Suspect> suspects() {
        return records.suspects();
    }

    /** Closes the file in order, so that messages that are still on their way become no suspects. */
    @Override
    public synchronized void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            records.freeAll();
            file.close();
        }
    }

    /** Returns the suspects in the file of a gateway that may be running. */
    public static List<Suspect> list(Path path) throws JournalException {
        return with(path, StandardOpenOption.READ, SuspectRecords::suspects);
    }

    /** Removes a suspect from the file; returns false if it is not in it. A running gateway knows of it at once. */
    public static boolean forget(Path path, SuspectKey key) throws JournalException {
        return with(path, StandardOpenOption.WRITE, records -> records.forget(key));
    }

    /** Holds the place of one message that is on its way. */
    final class Place implements AutoCloseable {
        private final int number;

        private Place(int number) {
            this.number = number;
        }

        /** Marks the place as held by a message that was given up and whose thread has not come back. */
        void hangs(boolean isGuilty) {
            synchronized (SuspectFile.this) {
                if (!isClosed) {
                    records.hangs(number, isGuilty);
                }
            }
        }

        /** Frees the place, since the message is no longer on its way and the process lives. This is called once. */
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
            // One of these messages ended the process, or the process was ended to get rid of them. No other message is
            // suspected, and no hang is counted twice.
            guilty.forEach(key -> records.countEnd(key, now));
        } else if (records.places(SuspectRecords.HELD) < Suspects.MOST_HANGING) {
            // If so many messages hang by somebody else's fault, the watchdog ended the process, and no message is to
            // blame. Fewer of them do not end it, so one of the other messages did.
            records.taken(SuspectRecords.TAKEN).forEach(key -> records.count(key, now));
        }
        records.freeAll();
        records.force();
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
