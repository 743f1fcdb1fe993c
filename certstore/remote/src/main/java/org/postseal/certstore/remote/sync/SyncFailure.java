package org.postseal.certstore.remote.sync;

/** Why a synchronisation could not be done. */
public enum SyncFailure {
    /** No connection, or it was lost on the way. */
    SERVER_UNAVAILABLE(true),
    /** It says nothing within the time allowed. */
    SERVER_SILENT(true),
    /** Name or password are refused. */
    LOGIN_REFUSED(false),
    /** The account may not do what the method needs; the message names the right. */
    INSUFFICIENT_RIGHTS(false),
    /** The server, or this part of it, does not know the method. */
    METHOD_UNSUPPORTED(false),
    /** The search base does not exist there. */
    NO_SUCH_BASE(false),
    /** A size, time or administrative limit of the server, so that the answer is not the whole. */
    SERVER_LIMIT(false),
    /** It cannot go on from the kept position; the next round reads everything. */
    POSITION_REFUSED(true),
    /** Another process is copying this source at the moment. */
    IN_USE(true),
    /** The stop signal came. */
    STOPPED(true),
    /** More entries would be gone than the settings allow. */
    TOO_MANY_REMOVED(false),
    /** It answered what the protocol does not allow. */
    PROTOCOL_VIOLATION(false),
    /** Any other result code. */
    SERVER_REFUSED(true);

    private final boolean isTemporary;

    SyncFailure(boolean isTemporary) {
        this.isTemporary = isTemporary;
    }

    /** True when trying again later may help without anybody doing anything. */
    public boolean isTemporary() {
        return isTemporary;
    }
}
