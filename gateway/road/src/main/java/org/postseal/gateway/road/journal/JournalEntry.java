package org.postseal.gateway.road.journal;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.gateway.mail.QueueId;

/**
 * Holds one row: what is known of one recipient of one message.
 *
 * @param key the key of message and recipient
 * @param queueId our queue id of the newest attempt
 * @param upstreamId the XFORWARD IDENT; without one, the row suppresses a retry only until {@code told}
 * @param recipient the address
 * @param unit the number of the copy in the newest attempt that sent it, from 1
 * @param reply the reply of the next hop, or ours if it gave none; empty while it is not known. A PREPARED row with a
 * reply of ours is in doubt
 * @param told when our 2xx is known to have reached the peer
 * @param doubts how often the copy was sent again although the next hop may have had it
 * @param at when the row was last written
 */
public record JournalEntry(
        JournalKey key,
        JournalState state,
        String queueId,
        Optional<String> upstreamId,
        String recipient,
        int unit,
        String reply,
        Optional<Instant> told,
        int doubts,
        Instant at) {
    /** Returns the keys of these rows, each once. */
    public static Set<JournalKey> keys(Collection<JournalEntry> rows) {
        return rows.stream().map(JournalEntry::key).collect(Collectors.toSet());
    }

    /** Returns the same row with the queue id of another attempt. */
    public JournalEntry by(QueueId attempt) {
        return new JournalEntry(key, state, attempt.text(), upstreamId, recipient, unit, reply, told, doubts, at);
    }

    /** Returns the same row with the time from which the peer is known to have our 2xx. */
    public JournalEntry toldAt(Instant time) {
        return new JournalEntry(key, state, queueId, upstreamId, recipient, unit, reply, Optional.of(time), doubts, at);
    }

    /** Returns the same row, of which nobody knows any more whether the next hop has the message. */
    public JournalEntry inDoubt() {
        return new JournalEntry(
                key, JournalState.PREPARED, queueId, upstreamId, recipient, unit, reply, told, doubts, at);
    }

    /**
     * Returns true if a retry must not be sent to this recipient: the next hop has the message, and the peer may not
     * know that.
     */
    public boolean isSuppressing() {
        return state == JournalState.ACCEPTED && (upstreamId.isPresent() || told.isEmpty());
    }

    /** Returns true if a retry may be a duplicate at the next hop when it is sent. */
    public boolean isInDoubt() {
        return state == JournalState.PREPARED;
    }
}
