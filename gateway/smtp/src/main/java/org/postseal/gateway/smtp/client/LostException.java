package org.postseal.gateway.smtp.client;

import java.io.Serial;
import org.postseal.policy.outcome.Reason;

/**
 * The connection is of no more use: it was closed, reset or timed out, or the peer does not speak SMTP. The message is
 * for log and audit.
 */
final class LostException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final Kind kind;

    private enum Kind {
        BROKEN,
        SILENT,
        TLS,
        LOGIN
    }

    LostException(String message) {
        this(message, Kind.BROKEN);
    }

    private LostException(String message, Kind kind) {
        super(message);
        this.kind = kind;
    }

    /** Makes the exception for a peer that did not answer in time. */
    static LostException timeout(String what) {
        return new LostException("timed out: " + what, Kind.SILENT);
    }

    /** Makes the exception for a peer that offered TLS but did not complete the handshake. */
    static LostException handshake(String why) {
        return new LostException("TLS handshake: " + why, Kind.TLS);
    }

    /** Makes the exception for a peer that does not accept our login. */
    static LostException login(String why) {
        return new LostException(why, Kind.LOGIN);
    }

    /** Returns true if the peer was silent, and false if the connection ended or broke. */
    boolean isTimeout() {
        return kind == Kind.SILENT;
    }

    boolean isHandshake() {
        return kind == Kind.TLS;
    }

    /** Returns the reason that the upstream is told if no session comes about. */
    Reason reason() {
        return kind == Kind.LOGIN ? Reason.NEXT_HOP_LOGIN_REFUSED : Reason.NEXT_HOP_UNAVAILABLE;
    }
}
