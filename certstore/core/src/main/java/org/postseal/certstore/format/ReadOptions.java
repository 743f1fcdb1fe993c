package org.postseal.certstore.format;

import org.jspecify.annotations.Nullable;

/** How a file is to be read. Immutable but for the password, which its owner may wipe. */
public final class ReadOptions {
    private final char @Nullable [] password;
    private final SstReader.Mode sstMode;

    private ReadOptions(char @Nullable [] password, SstReader.Mode sstMode) {
        this.password = password;
        this.sstMode = sstMode;
    }

    /** No password, SST strictly. */
    public static ReadOptions strict() {
        return new ReadOptions(null, SstReader.Mode.STRICT);
    }

    /** The same with a password for what is encrypted. */
    public ReadOptions withPassword(char[] password) {
        return new ReadOptions(password, sstMode);
    }

    /** The same, but an SST may end without its end marker and hold records that say nothing to us. */
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
