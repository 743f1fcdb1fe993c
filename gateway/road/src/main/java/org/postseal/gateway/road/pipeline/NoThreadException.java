package org.postseal.gateway.road.pipeline;

import java.io.Serial;

/** No thread can be had for a message; nothing of it was looked into. */
final class NoThreadException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    NoThreadException(Throwable cause) {
        super("no thread can be started for it: " + cause.getMessage(), cause);
    }
}
