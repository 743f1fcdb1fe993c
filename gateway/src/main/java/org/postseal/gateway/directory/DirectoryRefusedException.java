package org.postseal.gateway.directory;

/** The directory cannot be opened as configured; the message is for the administrator. */
public final class DirectoryRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    DirectoryRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
