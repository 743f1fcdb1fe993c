package org.postseal.gateway.road.directory;

import org.jspecify.annotations.Nullable;

/** Says that the certificate store cannot be opened as configured. The message is for the administrator. */
public final class DirectoryRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final String key;

    DirectoryRefusedException(String key, @Nullable Throwable cause) {
        super(cause == null ? "" : cause.getMessage(), cause);
        this.key = key;
    }

    /** Returns the configuration key that is at fault, such as {@code directory.masterKey}. */
    public String key() {
        return key;
    }
}
