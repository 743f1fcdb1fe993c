package org.postseal.certstore.database;

/**
 * Reports that the database could not do what it was asked. The whole transaction is rolled back, but for what
 * {@link Fault#UNREACHABLE} says. The message is written for the administrator.
 */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Names the faults, for callers that must tell them apart. */
    public enum Fault {
        /** Another process writes for longer than the busy timeout, or this one must give way to it. */
        LOCKED,
        /** The disk is full, or the size limit is reached. */
        FULL,
        /** The database is damaged, lacks a table, or a row does not hold what it must. */
        DAMAGED,
        /** The database may be read but not written. */
        READ_ONLY,
        /** The file is not a database, or it is the database of another program, or cannot hold every text. */
        NOT_A_DATABASE,
        /** The path is a directory, its directory is missing, or the process lacks permission. */
        CANNOT_OPEN,
        /** The database was written by a newer version of the program. */
        NEWER,
        /** The file under this path is no longer the one that was opened. */
        REPLACED,
        /** The disk reported a fault. */
        INPUT_OUTPUT,
        /**
         * The server cannot be reached, takes no more connections, ended the connection, or did not answer in time. If
         * that happened while a transaction was committed, it may be committed or rolled back.
         */
        UNREACHABLE,
        /**
         * The server refuses the user, the password or the name of the database, or the user may not do this, or it has
         * no TLS.
         */
        REFUSED,
        CLOSED,
        /** Anything else, which is a fault of the program. */
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

    public Fault fault() {
        return fault;
    }

    /** Returns true if the same may succeed soon although nobody mends anything. */
    public boolean mayPass() {
        return fault == Fault.UNREACHABLE || fault == Fault.LOCKED;
    }
}
