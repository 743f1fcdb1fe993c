package org.postseal.certstore;

import org.jspecify.annotations.Nullable;

/** Reports that a source did not answer although its answer is needed. The mail is deferred. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoreUnavailableException(String message) {
        super(message);
    }

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
