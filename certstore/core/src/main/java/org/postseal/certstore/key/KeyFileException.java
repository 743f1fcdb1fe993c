package org.postseal.certstore.key;

/** A file with keys or certificates cannot be used; the message is for the admin and holds no secret. */
public final class KeyFileException extends Exception {
    private static final long serialVersionUID = 1;

    public KeyFileException(String message) {
        super(message);
    }

    public KeyFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
