package org.postseal.certstore.authority;

import org.jspecify.annotations.Nullable;

/** Why an authority does not do what was asked; nothing changed on the disk. Its message is for the administrator. */
public final class CaException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** The sorts of failure. */
    public enum Kind {
        /** There is no authority in the folder. */
        ABSENT,
        /** There is one already. */
        EXISTS,
        /** The passphrase is wrong, or too short for a new key. */
        PASSPHRASE,
        /** What is asked must not be done. */
        REFUSED,
        /** Another command is at work on it. */
        BUSY,
        /** A file is not as we wrote it. */
        DAMAGED,
        /** A file cannot be read or written. */
        INPUT_OUTPUT
    }

    CaException(Kind kind, String message) {
        this(kind, message, null);
    }

    CaException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What sort of failure it is. */
    public Kind kind() {
        return kind;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
