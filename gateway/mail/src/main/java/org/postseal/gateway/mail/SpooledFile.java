package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;

/** Holds a range of a temporary file that is encrypted with a key that only this process has. */
final class SpooledFile extends RawMessage {
    private final SpoolFile file;
    private final long offset;
    private final long length;

    SpooledFile(SpoolFile file, long offset, long length) {
        this.file = file;
        this.offset = offset;
        this.length = length;
    }

    @Override
    public long size() {
        return length;
    }

    @Override
    public InputStream open() {
        return new Decrypting();
    }

    @Override
    public RawMessage slice(long from, long count) {
        checkRange(from, count, length);
        return new SpooledFile(file, offset + from, count);
    }

    private final class Decrypting extends InputStream {
        private final Cipher cipher = file.cipherAt(offset);
        private final byte[] encrypted = new byte[(int) Math.min(BUFFER, length)];
        private long position;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int start, int count) throws IOException {
            Objects.checkFromIndexSize(start, count, target.length);
            if (count == 0) {
                return 0;
            }
            if (position == length) {
                return -1;
            }
            int wanted = (int) Math.min(Math.min(count, encrypted.length), length - position);
            int got = file.read(ByteBuffer.wrap(encrypted, 0, wanted), offset + position);
            if (got < 0) {
                throw new IOException("the temporary file is shorter than what was written to it");
            }
            try {
                int decrypted = cipher.update(encrypted, 0, got, target, start);
                position += decrypted;
                return decrypted;
            } catch (ShortBufferException e) {
                throw new IllegalStateException("counter mode keeps the length", e);
            }
        }

        @Override
        public int available() {
            return (int) Math.min(length - position, encrypted.length);
        }
    }

    private static final int BUFFER = 16 * 1024;
}
