package org.postseal.gateway.road.journal;

import java.io.IOException;

/**
 * Says that the journal did not do what it was asked, or not in time, so nothing may be sent now. The message is for
 * the administrator.
 */
public final class JournalException extends IOException {
    private static final long serialVersionUID = 1;

    public JournalException(String message) {
        super(message);
    }

    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
