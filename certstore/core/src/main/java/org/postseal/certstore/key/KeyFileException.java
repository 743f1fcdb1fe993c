package org.postseal.certstore.key;

/**
 * Reports that a file with keys or certificates cannot be used. The message is written for the administrator and holds
 * no secret.
 */
public final class KeyFileException extends Exception {
    private static final long serialVersionUID = 1;

    public KeyFileException(String message) {
        super(message);
    }

    public KeyFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
