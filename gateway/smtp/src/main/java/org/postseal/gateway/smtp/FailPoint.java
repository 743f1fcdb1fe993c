package org.postseal.gateway.smtp;

/**
 * Names points on the way of a message at which a test may end the process or let something fail. Nothing happens at
 * them unless a test has installed a hook in its own code; no configuration can install one.
 */
public enum FailPoint {
    AFTER_MAIL,
    AFTER_RCPT,
    IN_DATA,
    /** The dot of the peer has come. */
    AFTER_DOT,
    AFTER_PREPARE,
    /** The journal says PREPARED. */
    BEFORE_CONNECT,
    /** The next hop's 354 has come. */
    AFTER_NEXT_HOP_DATA,
    AFTER_NEXT_HOP_DOT,
    /** The next hop's first reply to the message has been read, and nothing of it is kept yet. */
    AFTER_NEXT_HOP_REPLY,
    /** The next hop's acceptance is kept so that it outlives the process. It does not outlive a power cut yet. */
    BEFORE_JOURNAL_COMMIT,
    AFTER_JOURNAL_COMMIT,
    AFTER_REPLY;

    @FunctionalInterface
    interface Hook {
        void at(FailPoint point);
    }

    private static volatile Hook hook = _ -> {};

    /** Installs a hook, for tests only. */
    static void install(Hook installed) {
        hook = installed;
    }

    public void reached() {
        hook.at(this);
    }
}
