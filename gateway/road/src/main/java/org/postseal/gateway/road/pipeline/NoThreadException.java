package org.postseal.gateway.road.pipeline;

import java.io.Serial;

/** Says that the system has no thread for a message. Nothing has looked into the message. */
final class NoThreadException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    NoThreadException(Throwable cause) {
        super("no thread can be started for it: " + cause.getMessage(), cause);
    }
}
