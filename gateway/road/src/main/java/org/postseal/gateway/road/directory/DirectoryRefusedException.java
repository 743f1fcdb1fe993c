package org.postseal.gateway.road.directory;

import org.jspecify.annotations.Nullable;

/** The directory cannot be opened as configured; the message is for the administrator. */
public final class DirectoryRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final String key;

    DirectoryRefusedException(String key, @Nullable Throwable cause) {
        super(cause == null ? "" : cause.getMessage(), cause);
        this.key = key;
    }

    /** The key of the configuration that is at fault: {@code directory.masterKey}. */
    public String key() {
        return key;
    }
}
