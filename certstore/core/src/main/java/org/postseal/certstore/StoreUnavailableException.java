package org.postseal.certstore;

import org.jspecify.annotations.Nullable;

/** A source that must answer did not: the mail is deferred. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoreUnavailableException(String message) {
        super(message);
    }

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
