package org.postseal.gateway.road.fleet;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.LedgerJournal;

/** The accepted rows of messages whose peers are not known to have our 2xx, by our queue id. Thread-safe. */
final class Untold {
    private final Map<String, Message> messages = new ConcurrentHashMap<>();

    /** @param since a time of {@link System#nanoTime} */
    private record Message(List<JournalEntry> rows, long since) {
        Message with(Message other) {
            return new Message(Stream.concat(rows.stream(), other.rows.stream()).toList(), since);
        }
    }

    void add(List<JournalEntry> rows) {
        rows.forEach(row -> messages.merge(row.queueId(), new Message(List.of(row), System.nanoTime()), Message::with));
    }

    /** Returns the rows of a message, of which the peer is known to have our 2xx now. */
    List<JournalEntry> remove(String queueId) {
        Message message = messages.remove(queueId);
        return message == null ? List.of() : message.rows();
    }

    /** Forgets messages whose peers were silent for so long that their rows suppress no more. */
    void tidy() {
        long now = System.nanoTime();
        messages.values().removeIf(message -> now - message.since() > LedgerJournal.UNTOLD_SUPPRESSES.toNanos());
    }
}
