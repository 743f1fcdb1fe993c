package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads messages one after the other, and opens each when its turn comes. */
final class JoinedStream extends InputStream {
    private final Iterator<RawMessage> rest;
    private @Nullable InputStream present;

    JoinedStream(List<RawMessage> parts) {
        this.rest = parts.iterator();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            if (present == null) {
                if (!rest.hasNext()) {
                    return -1;
                }
                present = rest.next().open();
            }
            int count = present.read(target, offset, length);
            if (count >= 0) {
                return count;
            }
            close();
        }
    }

    @Override
    public void close() throws IOException {
        InputStream open = present;
        present = null;
        if (open != null) {
            open.close();
        }
    }
}
