package org.postseal.gateway.audit.write;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The file below the log, as little of it as the log needs; a test puts a failing one in its place. Used by one thread at a time. */
interface LogFile extends AutoCloseable {
    /** Which file it is, whatever its name is by now. */
    Object key();

    /** Octets in it. */
    long size() throws IOException;

    /** Fills the buffer from this place, as far as there are octets. */
    void read(ByteBuffer into, long position) throws IOException;

    /** Cuts it off; what is written next goes there. */
    void truncate(long size) throws IOException;

    /** Writes all of it at the end. */
    void append(ByteBuffer octets) throws IOException;

    /** Returns when everything is on stable storage. */
    void force() throws IOException;

    @Override
    void close() throws IOException;

    /** Opens a file, and makes it when it is not there. */
    interface Opener {
        LogFile open() throws IOException;
    }
}
