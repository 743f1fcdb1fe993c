package org.postseal.gateway.road.journal;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.postseal.gateway.mail.QueueId;

/**
 * Remembers the outcome of earlier attempts. Thread-safe. Callers block, as virtual threads do. Unless a method says
 * otherwise, what it is given is on disk when it returns.
 */
public interface Journal extends AutoCloseable {
    /**
     * Reserves the recipients of one message. Another caller with one of the same keys waits until the claim is closed.
     *
     * @param rows what is known of each recipient as the attempt begins: PREPARED, with no unit and no reply
     * @throws JournalException if the journal cannot be read, or another caller holds one of the keys for longer than
     * the time limit
     */
    Claim claim(Collection<JournalEntry> rows) throws JournalException;

    /** Returns what is known of messages that have ended the process before, wherever this journal is kept. */
    Suspects suspects();

    /** Reports that the peer is known to have our 2xx for this message. It never waits. */
    void told(QueueId queueId);

    /**
     * Requires that new messages may be taken, before anything is decided about one. It never waits.
     *
     * @throws JournalException if {@link #claim} would refuse any message now
     */
    default void requireReady() throws JournalException {}

    /**
     * Requires that the journal can be written.
     *
     * @throws JournalException if it cannot, or not in time
     */
    default void requireWritable() throws JournalException {}

    @Override
    void close();

    /**
     * Holds the recipients of one message for one attempt. Confined to one thread, except where a method says
     * otherwise.
     */
    interface Claim extends AutoCloseable {
        /** Returns the rows that earlier attempts left about these recipients. */
        Map<JournalKey, JournalEntry> entries();

        /**
         * Records, before anything is sent, that these copies are about to be sent. For rows in doubt, it counts that
         * the copy is sent again.
         */
        void prepared(List<JournalEntry> rows) throws JournalException;

        /**
         * Requires, right before the next hop gets the end of a copy, that no other process may send the copy by now.
         *
         * @throws JournalException if another one may; then the end must not be sent
         */
        default void requireHeld() throws JournalException {}

        /**
         * Notes that the next hop has just accepted these recipients; {@link #settled} records the same later. The note
         * outlives the process at once, but no power cut. It never waits, and any thread may call it.
         */
        void accepted(List<JournalEntry> rows);

        /**
         * Records the outcomes after sending. Rows whose outcome nobody knows stay PREPARED and in doubt, and get our
         * reply.
         *
         * @param isLast true if nothing more is sent in this attempt. These rows may then be brought to the disk
         * together with the message's audit record, before the peer is told
         */
        void settled(List<JournalEntry> rows, boolean isLast) throws JournalException;

        /**
         * Records that these recipients got nothing at this attempt because the next hop has their copies, so that
         * {@link Journal#told} finds their rows by this attempt.
         */
        void suppressed(Collection<JournalKey> keys, QueueId attempt) throws JournalException;

        @Override
        void close();
    }
}
