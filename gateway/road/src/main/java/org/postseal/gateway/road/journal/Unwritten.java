package org.postseal.gateway.road.journal;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.gateway.mail.QueueId;

/**
 * Holds the recipients whom a next hop has accepted while the journal could not be written. This process remembers them
 * as long as it lives, and their notes in the {@link AcceptedFile} stay for the next process until a commit succeeds.
 * At most {@link #MOST} are kept. The rest are in doubt, as all of them are after a power cut. Thread-safe.
 */
final class Unwritten {
    private final Map<JournalKey, Heard> kept = new LinkedHashMap<>();

    /**
     * Holds a recipient whom the next hop has accepted.
     *
     * @param place the place of the note; empty if there was no place
     */
    record Heard(JournalEntry row, Optional<AcceptedFile.Place> place) {
        void forget() {
            place.ifPresent(AcceptedFile.Place::free);
        }

        Heard with(JournalEntry changed) {
            return new Heard(changed, place);
        }
    }

    /** Writes a row into the journal's file. */
    interface Writer {
        void write(JournalEntry row) throws SQLException;
    }

    synchronized void keep(Heard heard) {
        Heard before = kept.remove(heard.row().key());
        if (before != null) {
            before.forget();
        }
        if (kept.size() < MOST) {
            kept.put(heard.row().key(), heard);
        } else {
            heard.forget();
        }
    }

    synchronized boolean isEmpty() {
        return kept.isEmpty();
    }

    /** Returns the rows that have one of these keys. */
    synchronized List<JournalEntry> of(Collection<JournalKey> keys) {
        return keys.stream()
                .flatMap(key -> Optional.ofNullable(kept.get(key)).stream())
                .map(Heard::row)
                .toList();
    }

    /** Removes the rows of these keys, because they are written, or because the keys belong to another message now. */
    synchronized void forget(Collection<JournalKey> keys) {
        for (JournalKey key : keys) {
            Heard gone = kept.remove(key);
            if (gone != null) {
                gone.forget();
            }
        }
    }

    /** Writes all rows that are kept now. The caller calls {@link #forgetWritten} once they are on disk. */
    synchronized List<JournalEntry> write(Writer writer) throws SQLException {
        List<JournalEntry> written = new ArrayList<>();
        for (Heard heard : kept.values()) {
            writer.write(heard.row());
            written.add(heard.row());
        }
        return written;
    }

    /** Removes the written rows that have not changed since. */
    synchronized void forgetWritten(List<JournalEntry> written) {
        forget(written.stream()
                .filter(row -> of(List.of(row.key())).contains(row))
                .map(JournalEntry::key)
                .toList());
    }

    /** Does what {@link Journal.Claim#suppressed} says. */
    synchronized void suppressed(Collection<JournalKey> keys, QueueId attempt) {
        for (JournalKey key : keys) {
            kept.computeIfPresent(key, (_, heard) -> heard.with(heard.row().by(attempt)));
        }
    }

    /** Does what {@link Journal#told} says. */
    synchronized void told(QueueId queueId, Instant now) {
        kept.replaceAll((_, heard) -> heard.row().queueId().equals(queueId.text())
                        && heard.row().upstreamId().isEmpty()
                        && heard.row().told().isEmpty()
                ? heard.with(heard.row().toldAt(now))
                : heard);
    }

    /** This many rows take about ten megabytes. */
    static final int MOST = 10_000;
}
