package org.postseal.certstore.remote.sync;

/** Says why a synchronisation failed. */
public enum SyncFailure {
    /** There is no connection, or it was lost on the way. */
    SERVER_UNAVAILABLE(true),
    /** The server says nothing within the time allowed. */
    SERVER_SILENT(true),
    /** The server refuses the name or the password. */
    LOGIN_REFUSED(false),
    /** The account lacks a right that the method needs; the message names the right. */
    INSUFFICIENT_RIGHTS(false),
    /** The server, or this part of it, does not know the method. */
    METHOD_UNSUPPORTED(false),
    NO_SUCH_BASE(false),
    /** A size, time or administrative limit of the server cut the answer short. */
    SERVER_LIMIT(false),
    /** The server cannot go on from the kept position. The next round reads everything. */
    POSITION_REFUSED(true),
    /** Another process is copying this source at the moment. */
    IN_USE(true),
    STOPPED(true),
    /** More entries would be removed than the settings allow. */
    TOO_MANY_REMOVED(false),
    /** The server sent an answer that the protocol does not allow. */
    PROTOCOL_VIOLATION(false),
    /** The server sent any other result code. */
    SERVER_REFUSED(true);

    private final boolean isTemporary;

    SyncFailure(boolean isTemporary) {
        this.isTemporary = isTemporary;
    }

    /** Returns whether a later attempt may succeed although nobody does anything. */
    public boolean isTemporary() {
        return isTemporary;
    }
}
