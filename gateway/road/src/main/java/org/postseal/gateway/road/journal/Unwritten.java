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
 * Recipients whom a next hop has accepted while the journal could not be written: as long as this process lives, it knows. Until a commit succeeds their notes in the {@link AcceptedFile} stay, for the next process. At
 * most {@link #MOST}; what is beyond is in doubt, as all of them are after a power cut. Thread-safe.
 */
final class Unwritten {
    private final Map<JournalKey, Heard> kept = new LinkedHashMap<>();

    /**
     * What was heard of a recipient.
     *
     * @param place where it is noted, if there was one
     */
    record Heard(JournalEntry row, Optional<AcceptedFile.Place> place) {
        void forget() {
            place.ifPresent(AcceptedFile.Place::free);
        }

        Heard with(JournalEntry changed) {
            return new Heard(changed, place);
        }
    }

    /** Writes a row into the file. */
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

    /** Those of these keys. */
    synchronized List<JournalEntry> of(Collection<JournalKey> keys) {
        return keys.stream()
                .flatMap(key -> Optional.ofNullable(kept.get(key)).stream())
                .map(Heard::row)
                .toList();
    }

    /** They are another message now, or written. */
    synchronized void forget(Collection<JournalKey> keys) {
        for (JournalKey key : keys) {
            Heard gone = kept.remove(key);
            if (gone != null) {
                gone.forget();
            }
        }
    }

    /** Writes all that are there now; {@link #forgetWritten} once that is on disk. */
    synchronized List<JournalEntry> write(Writer writer) throws SQLException {
        List<JournalEntry> written = new ArrayList<>();
        for (Heard heard : kept.values()) {
            writer.write(heard.row());
            written.add(heard.row());
        }
        return written;
    }

    /** Those that have not changed since. */
    synchronized void forgetWritten(List<JournalEntry> written) {
        forget(written.stream()
                .filter(row -> of(List.of(row.key())).contains(row))
                .map(JournalEntry::key)
                .toList());
    }

    /** What {@link Journal.Claim#suppressed} says. */
    synchronized void suppressed(Collection<JournalKey> keys, QueueId attempt) {
        for (JournalKey key : keys) {
            kept.computeIfPresent(key, (_, heard) -> heard.with(heard.row().by(attempt)));
        }
    }

    /** What {@link Journal#told} says. */
    synchronized void told(QueueId queueId, Instant now) {
        kept.replaceAll((_, heard) -> heard.row().queueId().equals(queueId.text())
                        && heard.row().upstreamId().isEmpty()
                        && heard.row().told().isEmpty()
                ? heard.with(heard.row().toldAt(now))
                : heard);
    }

    /** Some ten megabytes. */
    static final int MOST = 10_000;
}
