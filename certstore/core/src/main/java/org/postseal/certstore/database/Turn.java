package org.postseal.certstore.database;

/**
 * A right that only one holder has at a time, in whichever process. It ends with {@link #close}, or with the process,
 * however that ends. Thread-safe.
 */
public sealed interface Turn extends AutoCloseable permits FileTurn, Leases.Lease, Turn.Unshared {
    /** Returns false once the turn has ended, or may have ended because its database was not heard of in time. */
    boolean isHeld();

    /** Releases the turn for the next holder. */
    @Override
    void close();

    /** The turn of a process that has nobody to share its work with. */
    record Unshared() implements Turn {
        @Override
        public boolean isHeld() {
            return true;
        }

        @Override
        public void close() {}
    }
}
