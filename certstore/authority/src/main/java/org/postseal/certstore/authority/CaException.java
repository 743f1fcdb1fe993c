package org.postseal.certstore.authority;

import org.jspecify.annotations.Nullable;

/**
 * Reports that an authority did not do what was asked, and that nothing changed on the disk. The message is for the
 * administrator.
 */
public final class CaException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    public enum Kind {
        ABSENT,
        EXISTS,
        /** The passphrase is wrong, or too short for a new key. */
        PASSPHRASE,
        /** The request must not be carried out. */
        REFUSED,
        /** Another command is working on the authority. */
        BUSY,
        /** A file is not as this program wrote it. */
        DAMAGED,
        INPUT_OUTPUT
    }

    CaException(Kind kind, String message) {
        this(kind, message, null);
    }

    CaException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
