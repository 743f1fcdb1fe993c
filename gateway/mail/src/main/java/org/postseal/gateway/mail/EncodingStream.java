package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** Collects octets and encodes them whenever its block is full. Not thread-safe. */
abstract class EncodingStream extends OutputStream {
    final OutputStream out;
    final byte[] block;
    /** Counts the octets in the block. */
    int length;

    private boolean finished;

    EncodingStream(OutputStream out, int blockSize) {
        this.out = out;
        this.block = new byte[blockSize];
    }

    /** Encodes the block. Some octets may stay for the next time, unless this is the last block. */
    abstract void encode(boolean last) throws IOException;

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, octets.length);
        if (finished) {
            throw new IOException("the encoding is finished");
        }
        int done = 0;
        while (done < count) {
            int piece = Math.min(count - done, block.length - length);
            System.arraycopy(octets, offset + done, block, length, piece);
            length += piece;
            done += piece;
            if (length == block.length) {
                encode(false);
            }
        }
    }

    /** Writes what is left, and leaves the underlying stream open. */
    public void finish() throws IOException {
        if (!finished) {
            finished = true;
            encode(true);
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        finish();
        out.close();
    }
}
