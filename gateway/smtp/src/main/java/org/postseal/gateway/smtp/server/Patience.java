package org.postseal.gateway.smtp.server;

import org.postseal.gateway.config.SessionLimits;
import org.postseal.gateway.smtp.Reply;

/**
 * Counts what a peer does wrong or to no end in one session, against the limits of the session. Not thread-safe: the
 * session's thread asks.
 */
final class Patience {
    private final SessionLimits limits;
    private int errors;
    private int idleCommands;
    private int failedLogins;

    Patience(SessionLimits limits) {
        this.limits = limits;
    }

    /** Returns true if the peer has made so many errors that the session ends. */
    boolean isExhausted() {
        return errors >= limits.errors();
    }

    /** Counts a reply; only a permanent one is an error of the peer. */
    void answered(Reply reply) {
        if (reply.isPermanent()) {
            errors++;
        }
    }

    /** Counts a command that brings no mail nearer. Each one above the limit is an error. */
    void idled() {
        idleCommands++;
        if (idleCommands > limits.idleCommands()) {
            errors++;
        }
    }

    void erred() {
        errors++;
    }

    /** Counts a login that was refused; returns true if it was the last one allowed. */
    boolean failedToLogIn() {
        failedLogins++;
        return failedLogins >= limits.failedLogins();
    }

    /** Forgets the commands without an end, since the peer has sent a message. */
    void sentMessage() {
        idleCommands = 0;
    }

    /** Forgets all but the failed logins, since a message of the peer was accepted. */
    void sentAcceptedMessage() {
        errors = 0;
        idleCommands = 0;
    }
}
