package org.postseal.gateway.audit.write;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The file of a log, with only the methods that the log needs. A test puts a failing file in its place. Used by one
 * thread at a time.
 */
interface LogFile extends AutoCloseable {
    /** Returns an object that identifies the file, whatever its name is by now. */
    Object key();

    /** Returns its length in octets. */
    long size() throws IOException;

    /** Fills the buffer from this position, as far as there are octets. */
    void read(ByteBuffer into, long position) throws IOException;

    /** Cuts the file to this length. The next octets are written there. */
    void truncate(long size) throws IOException;

    /** Writes all octets at the end of the file. */
    void append(ByteBuffer octets) throws IOException;

    /** Forces everything to stable storage. */
    void force() throws IOException;

    @Override
    void close() throws IOException;

    /** Opens a file, and makes it if it is not there. */
    interface Opener {
        LogFile open() throws IOException;
    }
}
