package org.postseal.gateway.smtp.client;

import java.io.Serial;

/** The connection is of no more use: closed, reset, timed out, or the peer does not speak SMTP. The message is for log and audit. */
final class LostException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final boolean isTimeout;

    LostException(String message) {
        this(message, false);
    }

    private LostException(String message, boolean isTimeout) {
        super(message);
        this.isTimeout = isTimeout;
    }

    /** The peer did not answer in time. */
    static LostException timeout(String what) {
        return new LostException("timed out: " + what, true);
    }

    /** True when the peer was silent, false when the connection ended or broke. */
    boolean isTimeout() {
        return isTimeout;
    }
}
