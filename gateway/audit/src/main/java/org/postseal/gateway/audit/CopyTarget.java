package org.postseal.gateway.audit;

import java.io.IOException;

/** Who gets a copy of the records, and in which form. */
interface CopyTarget {
    /** For the log. */
    String name();

    /** Whether what was not taken is tried until it is; else it is lost at once. */
    boolean isTriedAgain();

    /**
     * A record as it is sent.
     *
     * @param log of which it is
     * @param line without its line end
     */
    byte[] message(String log, byte[] line);

    /**
     * Opens a way there.
     *
     * @throws IOException when nobody is there now
     */
    Connection open() throws IOException;

    /** Messages are sent by one thread; any thread may close it, which ends a send that hangs. */
    interface Connection extends AutoCloseable {
        /** Hands a message over: that it arrives is not known, nobody answers. */
        void send(byte[] message) throws IOException;

        @Override
        void close() throws IOException;
    }
}
