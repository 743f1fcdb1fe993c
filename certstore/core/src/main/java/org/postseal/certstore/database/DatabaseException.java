package org.postseal.certstore.database;

/** The database did not do what it was asked; nothing of the transaction is in it. The message is for the admin. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What happened, for who must tell faults apart. */
    public enum Fault {
        /** Another process holds the lock for longer than the busy timeout. */
        LOCKED,
        /** No room on the disk, or the size limit is reached. */
        FULL,
        /** The file is damaged, or a row does not hold what it must. */
        DAMAGED,
        /** The file may be read and not written. */
        READ_ONLY,
        /** It is not a database, or one of another program. */
        NOT_A_DATABASE,
        /** A directory, missing directory, or no permission. */
        CANNOT_OPEN,
        /** Written by a newer version of the program. */
        NEWER,
        /** The file under this path is no longer the one that was opened. */
        REPLACED,
        /** The disk reported a fault. */
        INPUT_OUTPUT,
        /** The database was closed. */
        CLOSED,
        /** Anything else: a fault of the program. */
        INTERNAL
    }

    private final Fault fault;

    DatabaseException(Fault fault, String message) {
        super(message);
        this.fault = fault;
    }

    DatabaseException(Fault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    /** What happened. */
    public Fault fault() {
        return fault;
    }
}
