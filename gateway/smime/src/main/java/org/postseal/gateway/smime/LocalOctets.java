package org.postseal.gateway.smime;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Marks the failures of our own disk. They leave as {@link UncheckedIOException}, so that they are not taken for faults
 * of the foreign octets that are read, which are IOExceptions too. A full disk must defer a message and not let it pass
 * for undecryptable.
 */
final class LocalOctets {
    private LocalOctets() {}

    static InputStream reading(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() {
                try {
                    return in.read();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public int read(byte[] octets, int offset, int length) {
                try {
                    return in.read(octets, offset, length);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    static OutputStream writing(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(int octet) {
                try {
                    out.write(octet);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void write(byte[] octets, int offset, int length) {
                try {
                    out.write(octets, offset, length);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }
}
