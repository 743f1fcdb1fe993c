package org.postseal.gateway.audit;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.revocation.AnswerKeeper;

/** Append-only record of what happened. Thread-safe. */
public interface AuditLog extends AutoCloseable {
    /**
     * Is called before anything is sent. A message that could not be recorded must not leave: it would be answered with
     * 451 after its delivery, and would come again and again.
     *
     * @throws IOException when nothing can be recorded now
     */
    default void requireWritable() throws IOException {}

    /** Where the lists and responses go that records will name; must neither wait nor throw. */
    default AnswerKeeper answers() {
        return AnswerKeeper.NONE;
    }

    /** How that fares; empty where nothing is kept. */
    default Optional<ArchiveState> evidence() {
        return Optional.empty();
    }

    /** How the copy in the journal fares; empty when there is none. */
    default Optional<CopyState> copy() {
        return Optional.empty();
    }

    /**
     * Returns when the thread that writes has answered: it runs, and the disk does not hold it.
     *
     * @throws IOException is an answer too: nothing can be recorded now
     */
    default void requireAnswer() throws IOException {}

    /** How far its chains are signed; none where it has none. */
    default List<ChainState> chains() {
        return List.of();
    }

    /** Writes the events and returns when they are on stable storage (fsync, shared by those who wait together). */
    void append(List<AuditEvent> events) throws IOException;

    /**
     * Opens the same path anew, for who has moved the file away.
     *
     * @throws IOException when that fails; nothing can be recorded then
     */
    default void reopen() throws IOException {}

    @Override
    void close() throws IOException;

    /** Keeps nothing: for {@code postseal filter}. */
    static AuditLog none() {
        return new AuditLog() {
            @Override
            public void append(List<AuditEvent> events) {}

            @Override
            public void close() {}
        };
    }
}
