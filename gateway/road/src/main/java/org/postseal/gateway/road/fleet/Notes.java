package org.postseal.gateway.road.fleet;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.postseal.gateway.audit.ledger.Frame;
import org.postseal.gateway.audit.ledger.Keeper;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.RowFormat;

/** The notes in the ledger of rows that the database does not have yet as they are. Thread-safe. */
final class Notes implements Keeper {
    private final Ledger ledger;
    private final Map<JournalKey, Place> places = new ConcurrentHashMap<>();
    /** Times of {@link System#nanoTime} at which the database did not have the row of an outcome. */
    private final Map<JournalKey, Long> missed = new ConcurrentHashMap<>();

    private record Place(long place, int length) {}

    Notes(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Reserves room to say of each of these rows that it was accepted. */
    Ledger.Room reserve(Collection<JournalEntry> rows) throws IOException {
        return ledger.reserve(
                rows.size(), rows.stream().mapToInt(RowFormat::mostOctets).sum());
    }

    void note(Ledger.Room room, JournalEntry row) throws IOException {
        Frame _ = room.note(Frame.Kind.ROW, RowFormat.row(row), keep(row));
    }

    void note(JournalEntry row) throws IOException {
        Frame _ = ledger.note(Frame.Kind.ROW, RowFormat.row(row), keep(row));
    }

    private Consumer<Frame> keep(JournalEntry row) {
        return frame -> places.put(row.key(), new Place(frame.place(), frame.body().length));
    }

    /** Says that the database has this row now. */
    void written(JournalKey key) {
        places.remove(key);
    }

    /** Says that the database lacks the row: another node has taken it over, or the database has lost it. */
    void missed(JournalKey key) {
        missed.put(key, System.nanoTime());
    }

    /** Says that the database had lost nothing at this time: what it lacked before, another node has taken over. */
    void nothingLost(long time) {
        missed.forEach((key, since) -> {
            if (since - time < 0) {
                missed.remove(key);
                written(key);
            }
        });
    }

    /** Returns true if the database may not have the row as this ledger does. */
    boolean isOpen(JournalKey key) {
        return places.containsKey(key);
    }

    /** Requires that the notes of a good many messages can be taken. */
    void requireRoom() throws IOException {
        ledger.requireRoom();
    }

    @Override
    public boolean counts(Frame frame) {
        Place place = places.get(RowFormat.key(frame));
        return place != null && place.place() == frame.place();
    }

    @Override
    public void moved(Frame frame, long place) {
        if (frame.kind() == Frame.Kind.ROW) {
            places.computeIfPresent(
                    RowFormat.key(frame),
                    (_, known) -> known.place() == frame.place() ? new Place(place, known.length()) : known);
        }
    }

    @Override
    public long counting(int segment) {
        return places.values().stream()
                .filter(place -> (int) (place.place() >>> 32) == segment)
                .mapToLong(Place::length)
                .sum();
    }

    @Override
    public void tidy() {}
}
