package org.postseal.gateway.smime;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads a ciphertext that ends with its tag, and keeps the tag back. Programs that write an AEAD cipher into
 * enveloped-data put it there, since that content type has no other place for it. Not thread-safe.
 */
final class TagAtEnd extends FilterInputStream {
    private final byte[] kept;
    private int held;

    /** @param length octets of the tag; 0 if there is none in this stream */
    TagAtEnd(InputStream in, int length) {
        super(in);
        this.kept = new byte[length];
    }

    /** Returns the last octets of the stream, once all before them were read; shorter if the stream has fewer. */
    byte[] tag() {
        return Arrays.copyOf(kept, held);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (held < kept.length) {
            held += in.readNBytes(kept, held, kept.length - held);
        }
        byte[] next = new byte[kept.length + length];
        System.arraycopy(kept, 0, next, 0, held);
        int count = in.read(next, held, length);
        if (count < 0) {
            return -1;
        }
        System.arraycopy(next, 0, into, offset, count);
        System.arraycopy(next, count, kept, 0, held);
        return count;
    }
}
