package org.postseal.certstore.format;

import org.jspecify.annotations.Nullable;

/** Says how a file is read. Immutable except for the password, which its owner may wipe. */
public final class ReadOptions {
    private final char @Nullable [] password;
    private final SstReader.Mode sstMode;

    private ReadOptions(char @Nullable [] password, SstReader.Mode sstMode) {
        this.password = password;
        this.sstMode = sstMode;
    }

    /** Reads without a password, and SST strictly. */
    public static ReadOptions strict() {
        return new ReadOptions(null, SstReader.Mode.STRICT);
    }

    /** Returns the same options with a password for encrypted parts. */
    public ReadOptions withPassword(char[] password) {
        return new ReadOptions(password, sstMode);
    }

    /** Returns the same options, but an SST may lack its end marker and may hold records of unknown kinds. */
    public ReadOptions withLenientSst() {
        return new ReadOptions(password, SstReader.Mode.LENIENT);
    }

    char @Nullable [] password() {
        return password;
    }

    SstReader.Mode sstMode() {
        return sstMode;
    }

    @Override
    public String toString() {
        return "[password redacted, SST " + sstMode + "]";
    }
}
