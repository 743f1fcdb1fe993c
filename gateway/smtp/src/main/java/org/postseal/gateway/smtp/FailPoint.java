package org.postseal.gateway.smtp;

/**
 * Named points on the road of a message at which a test may end the process or let something fail. Nothing happens at them unless a test has installed a hook in its own
 * code; no configuration can.
 */
public enum FailPoint {
    AFTER_MAIL,
    AFTER_RCPT,
    IN_DATA,
    /** Of the peer. */
    AFTER_DOT,
    AFTER_PREPARE,
    /** The journal says PREPARED. */
    BEFORE_CONNECT,
    /** Its 354 has come. */
    AFTER_NEXT_HOP_DATA,
    AFTER_NEXT_HOP_DOT,
    /** Its first reply to the message has been read, and nothing of it is kept yet. */
    AFTER_NEXT_HOP_REPLY,
    /** What it has accepted outlives the process, and no power cut. */
    BEFORE_JOURNAL_COMMIT,
    AFTER_JOURNAL_COMMIT,
    AFTER_REPLY;

    /** What a test does at a point. */
    @FunctionalInterface
    interface Hook {
        void at(FailPoint point);
    }

    private static volatile Hook hook = _ -> {};

    /** For tests only. */
    static void install(Hook installed) {
        hook = installed;
    }

    /** The road has come to this point. */
    public void reached() {
        hook.at(this);
    }
}
