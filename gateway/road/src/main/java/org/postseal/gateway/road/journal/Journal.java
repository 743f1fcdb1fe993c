package org.postseal.gateway.road.journal;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.postseal.gateway.mail.QueueId;

/** What is known of earlier attempts. Thread-safe; callers block, as virtual threads do. Whatever returned is on disk, where it does not say otherwise. */
public interface Journal extends AutoCloseable {
    /**
     * Reserves the recipients of one message; who comes with one of them at the same time waits until the claim is closed.
     *
     * @throws JournalException when the journal cannot be read, or somebody else has one of the keys for longer than the time limit
     */
    Claim claim(Collection<JournalKey> keys) throws JournalException;

    /** The peer is known to have our 2xx for this message. Never waits. */
    void told(QueueId queueId);

    /**
     * Tries whether it can be written.
     *
     * @throws JournalException when it cannot, or not in time
     */
    default void requireWritable() throws JournalException {}

    /**
     * Waits until whoever writes it gets to us, however long that takes: for who wants to know whether he still does.
     *
     * @throws JournalException is an answer as well
     */
    default void requireAnswer() throws JournalException {}

    @Override
    void close();

    /** Recipients of one message in the hand of one attempt. For one thread. */
    interface Claim extends AutoCloseable {
        /** What is known of them from before. */
        Map<JournalKey, JournalEntry> entries();

        /** Before anything is sent: these are about to be. Those that are in doubt are counted as sent again. */
        void prepared(List<JournalEntry> rows) throws JournalException;

        /** These were accepted by the next hop just now; {@link #settled} will say so too. Outlives the process at once, but no power cut. Never waits; from any thread. */
        void accepted(List<JournalEntry> rows);

        /** After it: what has become of them. Rows that nobody knows the end of stay PREPARED, and in doubt; what we have replied is beside them. */
        void settled(List<JournalEntry> rows) throws JournalException;

        /** These were not sent again because the next hop has them; so that {@link Journal#told} finds them by this attempt. */
        void suppressed(Collection<JournalKey> keys, QueueId attempt) throws JournalException;

        @Override
        void close();
    }

    /** One that remembers nothing: each attempt is the first. */
    static Journal none() {
        return new Journal() {
            @Override
            public Claim claim(Collection<JournalKey> keys) {
                return new Claim() {
                    @Override
                    public Map<JournalKey, JournalEntry> entries() {
                        return Map.of();
                    }

                    @Override
                    public void prepared(List<JournalEntry> rows) {}

                    @Override
                    public void accepted(List<JournalEntry> rows) {}

                    @Override
                    public void settled(List<JournalEntry> rows) {}

                    @Override
                    public void suppressed(Collection<JournalKey> keys, QueueId attempt) {}

                    @Override
                    public void close() {}
                };
            }

            @Override
            public void told(QueueId queueId) {}

            @Override
            public void close() {}
        };
    }
}
