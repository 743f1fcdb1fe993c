package org.postseal.gateway.audit;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.revocation.AnswerKeeper;

/** An append-only record of what happened. Thread-safe. */
public interface AuditLog extends AutoCloseable {
    /**
     * Checks that records can be written; called before anything is sent. A message that could not be recorded must not
     * leave: it would be answered with 451 after its delivery, and would come again and again.
     *
     * @throws IOException if nothing can be recorded now
     */
    default void requireWritable() throws IOException {}

    /**
     * Returns what keeps the revocation lists and OCSP responses that records will name. It must neither wait nor
     * throw.
     */
    default AnswerKeeper answers() {
        return AnswerKeeper.NONE;
    }

    /** Returns how {@link #answers} fares; empty if nothing is kept. */
    default Optional<ArchiveState> evidence() {
        return Optional.empty();
    }

    /** Returns how the copy in systemd's journal fares; empty if there is none. */
    default Optional<CopyState> copy() {
        return Optional.empty();
    }

    /**
     * Waits until the writing thread has brought to stable storage all that was noted in the ledger before; callers
     * that wait together share one fsync. An answer also shows that the thread runs and that the disk does not block
     * it.
     *
     * @throws IOException if nothing can be recorded now, which is an answer too
     */
    default void force() throws IOException {}

    /** Returns how far the chains of the log are signed; an empty list if it has none. */
    default List<ChainState> chains() {
        return List.of();
    }

    /**
     * Writes the events. They are on stable storage when the method returns; callers that wait together share one
     * fsync.
     */
    void append(List<AuditEvent> events) throws IOException;

    /**
     * Opens the same path again, after somebody has moved the file away.
     *
     * @throws IOException if that fails; then nothing can be recorded
     */
    default void reopen() throws IOException {}

    /** Has something done when the log is closed, after its last checkpoint. */
    default void afterClose(Runnable work) {}

    @Override
    void close() throws IOException;
}
