package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Notes which recipients the next hop has just accepted, until the journal has them on disk. A note costs no system
 * call and outlives the process, so that a process that is killed meanwhile sends nothing twice. A power cut may lose a
 * note; its recipient is then in doubt. Thread-safe.
 */
final class AcceptedFile implements AutoCloseable {
    private final MappedFile file;
    private final AcceptedRecords records;
    private final ConcurrentLinkedQueue<Integer> free = new ConcurrentLinkedQueue<>();
    private boolean isClosed;

    private AcceptedFile(MappedFile file) {
        this.file = file;
        this.records = new AcceptedRecords(file.memory());
        for (int place = 0; place < AcceptedRecords.PLACES; place++) {
            free.add(place);
        }
    }

    /**
     * Opens the file that belongs to this journal, and makes it with mode 0600 if there is none.
     *
     * @throws JournalException if the file cannot be opened, or another process uses it
     */
    static AcceptedFile open(Path journal) throws JournalException {
        return new AcceptedFile(MappedFile.open(
                journal.resolveSibling(journal.getFileName() + "-accepted"), MARK, AcceptedRecords.SIZE));
    }

    /** Returns the notes that an earlier process left. */
    List<AcceptedRecords.Note> notes() {
        return records.notes();
    }

    /** Removes all notes, and writes that to disk. */
    void clear() {
        records.freeAll();
        file.memory().force();
    }

    /** Notes that this recipient was accepted. The result is empty if every place is taken. */
    Optional<Place> note(JournalEntry row) {
        Integer number = free.poll();
        if (number == null) {
            return Optional.empty();
        }
        synchronized (this) {
            if (!isClosed) {
                records.put(number, row);
            }
        }
        return Optional.of(new Place(number));
    }

    @Override
    public synchronized void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            file.close();
        }
    }

    /** Holds one note. */
    final class Place {
        private final int number;

        private Place(int number) {
            this.number = number;
        }

        /** Frees the place, because the journal has the row. This is called once. */
        void free() {
            synchronized (AcceptedFile.this) {
                if (!isClosed) {
                    records.free(number);
                    free.add(number);
                }
            }
        }
    }

    private static final byte[] MARK = "Postseal accepted 1\n".getBytes(StandardCharsets.US_ASCII);
}
